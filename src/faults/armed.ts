/**
 * What a tester has set on one phone. The lasting ones hold until they are set back; each of `once` happens to the next request
 * that moves money and is gone. Kept outside the wallet's database, so that it outlives what it does to it.
 */
export const ONCE = ['drop-request', 'drop-reply', 'duplicate'] as const;
export type Once = (typeof ONCE)[number];

export type Armed = {
  readonly network: 'on' | 'off';
  /** Every request waits this long before it leaves. */
  readonly delayMs: number;
  /** Added to the device's clock. */
  readonly skewMs: number;
  readonly disk: 'room' | 'full';
  readonly once: readonly Once[];
};

export const HEALTHY: Armed = { network: 'on', delayMs: 0, skewMs: 0, disk: 'room', once: [] };

const DELAY_MAX_MS = 60_000;
/** A hundred years: 1970 is reached for as long as this matters. */
const SKEW_MAX_MS = 100 * 365 * 86_400_000;

/** What is known of `value`; the rest as on a healthy phone. It comes from another frame, or from an older version's row. */
export function readArmed(value: unknown): Armed {
  const given = typeof value === 'object' && value !== null ? (value as Partial<Record<keyof Armed, unknown>>) : {};
  const once = Array.isArray(given.once) ? given.once : [];
  return {
    network: given.network === 'off' ? 'off' : 'on',
    delayMs: within(given.delayMs, 0, DELAY_MAX_MS),
    skewMs: within(given.skewMs, -SKEW_MAX_MS, SKEW_MAX_MS),
    disk: given.disk === 'full' ? 'full' : 'room',
    once: ONCE.filter((name) => once.includes(name)),
  };
}

function within(value: unknown, least: number, most: number): number {
  return typeof value === 'number' && Number.isFinite(value) ? Math.round(Math.min(most, Math.max(least, value))) : 0;
}
