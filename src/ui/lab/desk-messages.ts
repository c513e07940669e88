/**
 * What the desk and its two phones say to each other across frames. Both check the other's origin and that it is the frame
 * they expect; the shapes are checked here, because anything could be posted by a page that got hold of the window.
 * Never a PIN, a key or a session: only what anybody standing at the desk sees.
 */
import type { Locale } from '#i18n/translate.ts';

export type PhoneRole = 'shopper' | 'till';

export type PhoneTruth = {
  readonly name: string;
  readonly ccy: number;
  readonly balanceMinor: number | null;
  readonly connection: 'unknown' | 'online' | 'offline';
  readonly waiting: number;
  readonly path: string;
  readonly last: { readonly id: string; readonly state: string; readonly amountMinor: number; readonly atMs: number } | null;
};

export type FromPhone = { readonly chit: 'phone' } & (
  | { readonly kind: 'code'; readonly text: string | null }
  | { readonly kind: 'truth'; readonly truth: PhoneTruth }
);

export type FromDesk = { readonly chit: 'desk' } & (
  | { readonly kind: 'see'; readonly text: string | null }
  | { readonly kind: 'language'; readonly language: Locale }
  | { readonly kind: 'reset' }
);

export type Hosts = { readonly desk: string; readonly shopper: string; readonly till: string };

/** The three origins of a demo, or null when this page is not at one of them. */
export function demoHosts(here: Pick<Location, 'protocol' | 'hostname' | 'port'>): Hosts | null {
  const match = /^(desk|shopper|till)\.(.+)$/.exec(here.hostname);
  if (match === null) return null;
  const origin = (name: string) => `${here.protocol}//${name}.${match[2]}${here.port === '' ? '' : `:${here.port}`}`;
  return { desk: origin('desk'), shopper: origin('shopper'), till: origin('till') };
}

export function roleOf(hostname: string): PhoneRole | 'desk' | null {
  const label = hostname.split('.')[0];
  return label === 'desk' || label === 'shopper' || label === 'till' ? label : null;
}

export function readFromPhone(data: unknown): FromPhone | null {
  const message = data as FromPhone | null;
  if (typeof message !== 'object' || message === null || message.chit !== 'phone') return null;
  if (message.kind === 'code') return message.text === null || typeof message.text === 'string' ? message : null;
  return message.kind === 'truth' && typeof message.truth === 'object' && message.truth !== null ? message : null;
}

export function readFromDesk(data: unknown): FromDesk | null {
  const message = data as FromDesk | null;
  if (typeof message !== 'object' || message === null || message.chit !== 'desk') return null;
  if (message.kind === 'see') return message.text === null || typeof message.text === 'string' ? message : null;
  if (message.kind === 'language') return message.language === 'en' || message.language === 'zh-CN' ? message : null;
  return message.kind === 'reset' ? message : null;
}
