/** Where people may be, and what kind of place it is. Only facts about paths; the router draws. */
export type Place = 'calm' | 'money';

/** On these screens money is being moved or a code is being shown: nothing may interrupt. */
const MONEY_PATHS = ['/pay', '/i', '/scan', '/till'];

export function placeOf(path: string, merchant: boolean): Place {
  if (merchant && path === '/') return 'money';
  return MONEY_PATHS.includes(path) ? 'money' : 'calm';
}

/** Screens that stand alone: no tabs under them, so that one thing can be done well. */
const ALONE = ['/pay', '/i', '/scan'];

export function hasTabs(path: string): boolean {
  return !ALONE.includes(path) && !path.startsWith('/records/payment/');
}

export function recordPath(type: string, id: string): string {
  return `/records/${type}/${id}`;
}
