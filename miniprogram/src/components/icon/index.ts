/** An icon in the colour and size of the text around it. One that is not in the style sheet shows nothing. */
Component({
  properties: {
    name: { type: String, value: '' },
  },
})
