/** A list row: an icon, a name and the current value. `go` is fired when it is tapped. */
Component({
  options: { multipleSlots: true },

  properties: {
    icon: { type: String, value: '' },
    label: { type: String, value: '' },
    hint: { type: String, value: '' },
    value: { type: String, value: '' },
    /** '', 'warn' or 'bad': the colour of the value. */
    tone: { type: String, value: '' },
    /** Whether the row can be tapped. */
    link: { type: Boolean, value: true },
    last: { type: Boolean, value: false },
  },

  methods: {
    go() {
      if (this.data.link) this.triggerEvent('go', {})
    },
  },
})
