import type { zhHelp } from '../zh/help.ts';

export const enHelp = {
  title: 'Help',
  search: 'Search help',
  searchHint: 'For example: charged twice',
  shelf: 'Often asked',
  results: (count: number): string => (count === 1 ? '1 article' : `${count} articles`),
  nothing: 'Nothing found. Try other words, or see these.',
  related: 'Related questions',
  updated: (day: string): string => `Updated ${day}`,
  missing: 'There is no such article',
  missingWhatNow: 'It may have a new name. Search in help.',
  back: 'Back to help',
  offline: 'These articles work without a connection.',
  neverAsk: 'Staff never ask for your PIN or enrolment code.',
} satisfies typeof zhHelp;
