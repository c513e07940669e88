/** What a hand does on a phone's screen, by the words that stand there. Between the desk that plays and the phone that is played on. */
export type Act =
  /** `optional`: where there is none, nothing is done. */
  | { readonly act: 'press'; readonly role: 'button' | 'link'; readonly name: string; readonly optional?: boolean }
  /** A link by where it leads: a card has many words. */
  | { readonly act: 'follow'; readonly path: string }
  /** Digits and point, one after the other, on the keypad in front. */
  | { readonly act: 'keys'; readonly text: string }
  /** Looks until these words are to be read. */
  | { readonly act: 'see'; readonly text: string };

export type Pace = { /** How long the finger is over a key before it presses. */ readonly fingerMs: number; readonly restMs: number };

/** For eyes that have never seen it, and for those who have. */
export const PACES = { calm: { fingerMs: 420, restMs: 900 }, quick: { fingerMs: 40, restMs: 60 } } as const satisfies { readonly [name: string]: Pace };
export type PaceName = keyof typeof PACES;

export type Played = { readonly act: Act; readonly pace: Pace; readonly patienceMs: number };

const TEXT_MAX = 200;
const PATIENCE_MAX_MS = 120_000;

/** It comes from another frame. */
export function readPlayed(value: unknown): Played | null {
  const { act, pace, patienceMs } = fields(value);
  const { fingerMs, restMs } = fields(pace);
  if (!isTime(patienceMs) || !isTime(fingerMs) || !isTime(restMs)) return null;
  const { act: kind, role, name, optional, text, path } = fields(act);
  const timing = { pace: { fingerMs, restMs }, patienceMs };
  if (kind === 'press' && (role === 'button' || role === 'link') && isText(name)) return { act: { act: 'press', role, name, optional: optional === true }, ...timing };
  if (kind === 'follow' && isText(path) && /^(?:\/|(?:\/[a-z]+)+)$/.test(path)) return { act: { act: 'follow', path }, ...timing };
  if (kind === 'keys' && isText(text) && /^[0-9.]+$/.test(text)) return { act: { act: 'keys', text }, ...timing };
  return kind === 'see' && isText(text) ? { act: { act: 'see', text }, ...timing } : null;
}

function fields(value: unknown): { readonly [name: string]: unknown } {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}

function isTime(value: unknown): value is number {
  return typeof value === 'number' && value >= 0 && value <= PATIENCE_MAX_MS;
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '' && value.length <= TEXT_MAX;
}
