/** What a phone's parts tell each other and the desk about faults: by BroadcastChannel, within one origin. */
import type { LogFields } from '#base/log.ts';
import type { Armed, Once } from './armed.ts';

/** What happens at once, when it is asked for. */
export type Deed = 'kill-worker' | 'evict' | 'roll-back' | 'new-version' | 'become';
export type FaultName = Once | Deed | 'disk-full';

export type LogLine = {
  readonly atMs: number;
  readonly level: 'info' | 'warn' | 'error';
  readonly event: string;
  readonly fields: LogFields;
};

export type News =
  | { readonly kind: 'armed'; readonly armed: Armed }
  /** It really happened: what it happened to, never with a body. */
  | { readonly kind: 'fired'; readonly fault: FaultName; readonly what: string; readonly atMs: number }
  | { readonly kind: 'line'; readonly line: LogLine };
