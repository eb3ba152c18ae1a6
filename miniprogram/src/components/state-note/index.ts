/** Explains why there is nothing to show; the slot is for buttons. */
Component({
  properties: {
    icon: { type: String, value: 'error-circle' },
    /** '', 'warn' or 'bad'. */
    tone: { type: String, value: '' },
    title: { type: String, value: '' },
    hint: { type: String, value: '' },
  },
})
