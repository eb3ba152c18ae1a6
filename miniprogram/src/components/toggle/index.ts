/** A switch with a name of its own for screen readers, which TDesign's has not. `change` says where it stands. */
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
