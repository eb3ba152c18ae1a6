/** A switch with a label for screen readers, which TDesign's switch lacks. `change` carries the new value. */
Component({
  properties: {
    value: { type: Boolean, value: false },
    label: { type: String, value: '' },
  },

  methods: {
    flip() {
      this.triggerEvent('change', { value: !this.data.value })
    },
  },
})
