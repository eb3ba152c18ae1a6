import type { help as zh } from '../zh/help'

/** Help. */
export const help: typeof zh = {
  title: 'Help',
  intro: 'Find what happened to you, then do what it says.',
  start: 'First steps',
  questions: [
    {
      id: 'bind',
      title: 'How do I bind a card?',
      text: 'On the main screen tap “Cards”, then “Bind a card”. Choose the site and the kind of card, enter the number printed on it and the phone number you gave when you got it, then the code from the SMS. If no SMS comes, check that number and phone are those the property management has on file.',
    },
    {
      id: 'code',
      title: 'How do I open a door with the code?',
      text: 'Open the main screen and hold the code to the reader, 10 to 20 cm away. The code changes every 15 seconds and each opens one door once. The screen brightens by itself. Tap the code to enlarge it.',
    },
    {
      id: 'shake',
      title: 'How do I shake to open?',
      text: 'Stand at the door with the main screen open and shake the phone, or tap “Shake to open”. With your location the door next to you opens; with several doors near you, or no location, choose the door. The switch is under “Me”, “Settings”.',
    },
    {
      id: 'offline',
      title: 'Does it work without a network?',
      text: 'The code does: the phone keeps the keys of today and tomorrow after it was online once. Shaking needs a network.',
    },
    {
      id: 'share',
      title: 'Can I send somebody a screenshot of the code?',
      text: 'No. The code changes soon, and at once when a screenshot is taken. Visitors please ask their host or the front desk.',
    },
  ],
  reasons: 'When a door stays shut',
  meaning: 'Why',
  action: 'What to do',
  contact: 'Property management',
  contactText:
    'Lost cards, frozen cards, renewals and permissions are matters of the property management. Please take your card to their office or the front desk.',
}
