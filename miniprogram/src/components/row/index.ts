/** A line of a list that leads somewhere: an icon, a name, what is set now. `go` when it is tapped. */
Component({
  options: { multipleSlots: true },

  properties: {
    icon: { type: String, value: '' },
    label: { type: String, value: '' },
    hint: { type: String, value: '' },
    value: { type: String, value: '' },
    /** '', 'warn' or 'bad': how the value reads. */
    tone: { type: String, value: '' },
    /** Whether it leads somewhere. */
    link: { type: Boolean, value: true },
    last: { type: Boolean, value: false },
  },

  methods: {
    go() {
      if (this.data.link) this.triggerEvent('go', {})
    },
  },
})
