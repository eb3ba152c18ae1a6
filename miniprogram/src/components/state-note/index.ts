/** Why there is nothing to show here, in large words; what can be done about it goes into the slot. */
Component({
  properties: {
    icon: { type: String, value: 'error-circle' },
    /** '', 'warn' or 'bad'. */
    tone: { type: String, value: '' },
    title: { type: String, value: '' },
    hint: { type: String, value: '' },
  },
})
