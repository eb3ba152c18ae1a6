import type { ReasonCode } from '../../domain/reason'
import type { ReasonText } from '../zh/reasons'

export const reasons: Record<ReasonCode, ReasonText> = {
  ok: {
    title: 'Door open',
    meaning: 'The door took the order and opened.',
    todo: 'Go through soon; the door closes by itself.',
  },
  not_yet_valid: {
    title: 'Not valid yet',
    meaning: 'This card or appointment may not be used yet.',
    todo: 'Come back after its start. If the time is wrong, ask the property management or your host.',
  },
  expired: {
    title: 'No longer valid',
    meaning: 'The time of this appointment is over.',
    todo: 'To come in again, make a new appointment or ask your host.',
  },
  not_approved: {
    title: 'Waiting for approval',
    meaning: 'Nobody has approved this appointment yet.',
    todo: 'Please wait for your host. You will be told.',
  },
  rejected: {
    title: 'Appointment declined',
    meaning: 'Your host did not approve this appointment.',
    todo: 'See the reason in your appointments, or talk to your host and make a new one.',
  },
  revoked: {
    title: 'No longer in force',
    meaning: 'This card was unbound, or the right behind this code was withdrawn.',
    todo: 'Refresh the code. If that does not help, bind the card again or ask the property management.',
  },
  card_lost: {
    title: 'Card reported lost',
    meaning: 'This card is reported lost, so its code does not open doors.',
    todo: 'If you found it, ask the property management to lift the report. The code comes back by itself.',
  },
  card_frozen: {
    title: 'Card frozen',
    meaning: 'The property management has put this card on hold.',
    todo: 'Ask the property management why, and to lift it.',
  },
  card_expired: {
    title: 'Card expired',
    meaning: 'The validity of this card has ended.',
    todo: 'Ask the property management to extend it. The code comes back by itself.',
  },
  binding_suspended: {
    title: 'Binding on hold',
    meaning: 'The card or the phone on file has changed, so the binding is on hold.',
    todo: 'Ask the property management to check the records. If you changed your number, bind the card with the new one.',
  },
  wrong_site: {
    title: 'Code of another site',
    meaning: 'This code belongs to another site.',
    todo: 'Choose the site you are at on top of the home page, then show the code.',
  },
  door_not_allowed: {
    title: 'No access to this door',
    meaning: 'This card does not open this door.',
    todo: 'Use a door listed in the card’s details, or ask the property management for access.',
  },
  outside_schedule: {
    title: 'Outside opening hours',
    meaning: 'This door does not let you through at this hour.',
    todo: 'Come back within the hours listed in the card’s details.',
  },
  used_up: {
    title: 'No entries left',
    meaning: 'All entries of this appointment are used.',
    todo: 'To come in again, ask your host or make a new appointment.',
  },
  replayed: {
    title: 'Code already used',
    meaning: 'Every code works once, and this one has just been used.',
    todo: 'Wait for the next code, or tap the code for a new one.',
  },
  stale_code: {
    title: 'Code out of date',
    meaning: 'The code changes every few seconds and this one is too old. Screenshots and photos do not open doors.',
    todo: 'Open the home page and show the newest code.',
  },
  clock_skew: {
    title: 'Clock is off',
    meaning: 'The clock of the phone or of the door is too far off.',
    todo: 'Turn on automatic time in the phone’s settings, go online, and try again.',
  },
  bad_code: {
    title: 'Code not readable',
    meaning: 'This is not one of our codes, or glare or scratches kept the reader from reading it.',
    todo: 'Brighten and wipe the screen, and hold it straight, about 10 cm from the reader.',
  },
  blocked: {
    title: 'Ask the office',
    meaning: 'The door cannot be opened for you at the moment.',
    todo: 'Please contact the site’s office.',
  },
  lockdown: {
    title: 'Site closed',
    meaning: 'The site is in lockdown; no door opens.',
    todo: 'Follow the staff’s instructions or contact the office.',
  },
  door_offline: {
    title: 'Door offline',
    meaning: 'The device at the door has no network and cannot be reached.',
    todo: 'Use your card or another door, and tell the property management.',
  },
  device_busy: {
    title: 'Door busy',
    meaning: 'The door is opening for somebody else.',
    todo: 'Wait a few seconds and try again.',
  },
  door_not_opened: {
    title: 'Door did not answer',
    meaning:
      'The order was sent and the door did not answer. The order is void: the door will not open later by surprise.',
    todo: 'Try once more. If that fails, use the code or your card, and tell the property management.',
  },
}
