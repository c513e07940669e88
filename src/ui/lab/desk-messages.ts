/**
 * What the desk and its phones say to each other across frames. Both check the other's origin and that it is the frame they
 * expect; the shapes are checked here, because anything could be posted by a page that got hold of the window. Never a PIN or a
 * session; a key only as the handle inside a copied storage, which nobody can read (see README: the twin).
 */
import { readArmed, type Armed } from '#faults/armed.ts';
import type { FaultName, LogLine } from '#faults/news.ts';
import { phoneAt, type PhoneName } from '#faults/phones.ts';
import type { Locale } from '#i18n/translate.ts';
import { readPlayed, type Played } from './plays/act.ts';

export type PhoneTruth = {
  readonly account: string;
  readonly name: string;
  readonly ccy: number;
  readonly balanceMinor: number | null;
  readonly connection: 'unknown' | 'online' | 'offline';
  readonly waiting: number;
  readonly path: string;
  /** The open purse of a shopper; null without one, and on a till. */
  readonly purse: { readonly id: string; readonly spendableMinor: number; readonly capMinor: number; readonly state: string } | null;
  /** Paid offline with no verdict yet: a shopper's vouchers, a till's claims. */
  readonly unsettled: { readonly count: number; readonly amountMinor: number };
  /** How new a till's list of revoked purses is; null for a shopper. */
  readonly listAge: 'fresh' | 'amber' | 'stale' | null;
  /** What a till did not get in the end. */
  readonly lostMinor: number;
  readonly last: { readonly id: string; readonly state: string; readonly amountMinor: number; readonly atMs: number } | null;
};

/** What is set on a phone, and when a copy of its storage was last kept. */
export type PhoneFaults = { readonly armed: Armed; readonly keptAtMs: number | null };

/** What a desk may ask of a phone and hear the end of. */
export type Task =
  | { readonly do: 'arm'; readonly change: Partial<Armed> }
  | { readonly do: 'kill-worker' | 'evict' | 'keep' | 'roll-back' | 'copy' | 'new-version' | 'rows' }
  | { readonly do: 'become'; readonly copy: unknown }
  /** As a person opens the app again. */
  | { readonly do: 'reopen' }
  | { readonly do: 'play'; readonly played: Played };

export type Done = { readonly ok: boolean; readonly value?: unknown };

/** `bornMs`: which start of the app says so. A page that is being left still talks. */
export type FromPhone = { readonly chit: 'phone'; readonly bornMs: number } & PhoneNews;

export type PhoneNews =
  | { readonly kind: 'code'; readonly text: string | null }
  | { readonly kind: 'truth'; readonly truth: PhoneTruth }
  | { readonly kind: 'faults'; readonly faults: PhoneFaults }
  | { readonly kind: 'fired'; readonly fault: FaultName; readonly what: string; readonly atMs: number }
  | { readonly kind: 'line'; readonly line: LogLine }
  | { readonly kind: 'done'; readonly id: number; readonly done: Done }
  /** Its page ends: until the next one speaks nobody hears the desk. */
  | { readonly kind: 'away' };

export type FromDesk = { readonly chit: 'desk' } & (
  | { readonly kind: 'see'; readonly text: string | null }
  | { readonly kind: 'language'; readonly language: Locale }
  | { readonly kind: 'reset' }
  | { readonly kind: 'task'; readonly id: number; readonly task: Task }
);

export type Hosts = { readonly desk: string } & { readonly [P in PhoneName]: string };

/** The origins of a demo, or null when this page is not at one of them. */
export function demoHosts(here: Pick<Location, 'protocol' | 'hostname' | 'port'>): Hosts | null {
  if (roleOf(here.hostname) === null) return null;
  const domain = here.hostname.slice(here.hostname.indexOf('.'));
  const origin = (name: string) => `${here.protocol}//${name}${domain}${here.port === '' ? '' : `:${here.port}`}`;
  return { desk: origin('desk'), shopper: origin('shopper'), till: origin('till'), till2: origin('till2'), twin: origin('twin') };
}

export function roleOf(hostname: string): PhoneName | 'desk' | null {
  return hostname === 'desk.chit.localhost' ? 'desk' : phoneAt(hostname);
}

export function readFromPhone(data: unknown): FromPhone | null {
  const message = data as FromPhone | null;
  if (!isObject(message) || message.chit !== 'phone' || typeof message.bornMs !== 'number') return null;
  switch (message.kind) {
    case 'code':
      return message.text === null || typeof message.text === 'string' ? message : null;
    case 'truth':
      return isObject(message.truth) ? message : null;
    case 'faults':
      return isObject(message.faults) && isObject(message.faults.armed) ? message : null;
    case 'fired':
      return typeof message.fault === 'string' && typeof message.what === 'string' && typeof message.atMs === 'number' ? message : null;
    case 'line':
      return isObject(message.line) && typeof message.line.event === 'string' && isObject(message.line.fields) ? message : null;
    case 'done':
      return typeof message.id === 'number' && isObject(message.done) && typeof message.done.ok === 'boolean' ? message : null;
    case 'away':
      return message;
    default:
      return null;
  }
}

export function readFromDesk(data: unknown): FromDesk | null {
  const message = data as FromDesk | null;
  if (!isObject(message) || message.chit !== 'desk') return null;
  switch (message.kind) {
    case 'see':
      return message.text === null || typeof message.text === 'string' ? message : null;
    case 'language':
      return message.language === 'en' || message.language === 'zh-CN' ? message : null;
    case 'reset':
      return message;
    case 'task': {
      const task = readTask(message.task);
      return typeof message.id === 'number' && task !== null ? { ...message, task } : null;
    }
    default:
      return null;
  }
}

const PLAIN_TASKS: readonly unknown[] = ['reopen', 'kill-worker', 'evict', 'keep', 'roll-back', 'copy', 'new-version', 'rows'];

function readTask(task: Task | null): Task | null {
  if (!isObject(task)) return null;
  if (task.do === 'play') {
    const played = readPlayed(task.played);
    return played === null ? null : { do: 'play', played };
  }
  if (task.do === 'become') return isObject(task.copy) ? task : null;
  if (task.do === 'arm') return isObject(task.change) ? { do: 'arm', change: onlyGiven(task.change) } : null;
  return PLAIN_TASKS.includes(task.do) ? task : null;
}

/** After these the page holds what is no longer stored: it starts again. */
export function needsFreshStart(task: Task): boolean {
  return task.do === 'roll-back' || task.do === 'become' || task.do === 'reopen';
}

/** A change names what it changes; the rest must not be set back to a healthy phone's. */
function onlyGiven(change: Partial<Armed>): Partial<Armed> {
  const read = readArmed(change);
  return Object.fromEntries(Object.entries(read).filter(([name]) => Object.hasOwn(change, name)));
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
