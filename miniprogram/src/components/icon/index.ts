/** An icon in the colour and size of the text around it. Names missing in the style sheet show nothing. */
Component({
  properties: {
    name: { type: String, value: '' },
  },
})
