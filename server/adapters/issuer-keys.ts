/** Which issuer keys there are, when each signs, and how one takes over from another. Pure: no file, no clock. */
import { LIMITS } from '#protocol/limits.ts';
import type { IssuerKey, KeySet } from '#protocol/objects.ts';
import type { IssuerUse } from '#server/core/ports.ts';

const DAY_SECONDS = 86_400;

/** How long before it signs a new key is published (protocol.md 5.6): a till that was offline as long still knows who signed. */
const PUBLISHED_BEFORE_SECONDS = 14 * DAY_SECONDS;
/** A key signs for a year and is still believed for what it signed at the end of it. */
const LIFE_SECONDS = 400 * DAY_SECONDS;
/** The first keys of an issuer must also serve devices whose clock is behind. */
const BACKDATED_SECONDS = LIMITS.clockAheadSeconds;

export type NewKey = Omit<IssuerKey, 'kid'>;

/** What a key signs must be believed to the end of its own life: a purse certificate's is 72 hours and the grace, with room. */
const PURSE_LIFE_SECONDS = 30 * DAY_SECONDS;

function objectLifeSeconds(use: IssuerUse): number {
  switch (use) {
    case 'merchant':
      return LIMITS.merchantCertDays * DAY_SECONDS;
    case 'purse':
      return PURSE_LIFE_SECONDS;
    case 'status':
      return LIMITS.listStaleSeconds;
    case 'receipt':
      return 0;
  }
}

export function firstKey(use: IssuerUse, publicKey: IssuerKey['publicKey'], nowSeconds: number): NewKey {
  const notBeforeSeconds = nowSeconds - BACKDATED_SECONDS;
  return { publicKey, uses: [use], notBeforeSeconds, notAfterSeconds: notBeforeSeconds + LIFE_SECONDS };
}

/** Takes over from `present`, the keys that sign now: sooner than it should where the last of them ends before, so that there is always one. */
export function nextKey(use: IssuerUse, publicKey: IssuerKey['publicKey'], present: readonly IssuerKey[], nowSeconds: number): NewKey {
  const lastSecond = Math.max(...present.map((key) => signsUntilSeconds(key, use)));
  const notBeforeSeconds = Math.min(nowSeconds + PUBLISHED_BEFORE_SECONDS, lastSecond);
  return { publicKey, uses: [use], notBeforeSeconds, notAfterSeconds: notBeforeSeconds + LIFE_SECONDS };
}

/** A rotation after that publishes too late. */
export function rotateBeforeSeconds(key: IssuerKey, use: IssuerUse): number {
  return signsUntilSeconds(key, use) - PUBLISHED_BEFORE_SECONDS;
}

/** The last second at which this key may sign for this use. */
export function signsUntilSeconds(key: IssuerKey, use: IssuerUse): number {
  return key.notAfterSeconds - objectLifeSeconds(use);
}

/**
 * Keys that may sign now, the newest first. A key set is only fetched by devices now and then, so a key that has just been
 * published does not sign yet.
 */
export function signingKeys(keys: KeySet, use: IssuerUse, nowSeconds: number): IssuerKey[] {
  return keys.keys
    .filter((key) => key.uses.includes(use) && key.notBeforeSeconds <= nowSeconds && nowSeconds <= signsUntilSeconds(key, use))
    .sort((a, b) => b.notBeforeSeconds - a.notBeforeSeconds);
}

/** Retired certificate keys go; receipt and purse keys stay, because a slip, and the proof of a double spend, stay true after the key retires. */
export function keptKeys(keys: KeySet, nowSeconds: number): IssuerKey[] {
  return keys.keys.filter((key) => nowSeconds <= key.notAfterSeconds || key.uses.includes('receipt') || key.uses.includes('purse'));
}
