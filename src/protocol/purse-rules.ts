/**
 * The cumulative rule of protocol.md 5.4. A browser cannot keep a payer from signing two histories; this makes two of them
 * show. For a before b in one purse:
 *
 *   a.cum <= b.cum - b.amt                                       nobody hides a payment between them
 *   and if b follows a directly: b.prev = a.vid, b.cum = a.cum + b.amt
 *   and two vouchers of one seq are one voucher
 *
 * If no pair breaks this, the amounts sum to at most the highest cum, which is at most the limit, which is the reserve. So an
 * overdraft has two vouchers that prove it, both signed by the payer. Sequence numbers alone do not: see the tests.
 */
import { assert } from '#base/assert.ts';
import { equalBytes, toHex, type Bytes } from '#base/bytes.ts';
import type { Voucher } from './objects.ts';
import { genesisOf } from './voucher.ts';

/** A voucher's place in its purse. Ids in hexadecimal, as records keep them. */
export type ChainLink = {
  readonly vid: string;
  readonly seq: number;
  readonly cumMinor: number;
  readonly amountMinor: number;
  readonly prev: string;
};
/** Which rule two vouchers break. */
export type Conflict = 'same-seq' | 'cumulative' | 'broken-chain';
/** What the next voucher follows. */
export type Head = { readonly seq: number; readonly cumMinor: number; readonly vid: string };

export function chainLink({ vid, seq, cumMinor, amountMinor, prev }: Pick<Voucher, 'vid' | 'seq' | 'cumMinor' | 'amountMinor' | 'prev'>): ChainLink {
  return { vid: toHex(vid), seq, cumMinor, amountMinor, prev: toHex(prev) };
}

/** Null when both can be in one honest history. Of one purse: the caller's to know. */
export function conflict(one: ChainLink, other: ChainLink): Conflict | null {
  if (one.vid === other.vid) return null;
  if (one.seq === other.seq) return 'same-seq';
  const [a, b] = one.seq < other.seq ? [one, other] : [other, one];
  if (a.cumMinor > b.cumMinor - b.amountMinor) return 'cumulative';
  const follows = b.seq === a.seq + 1;
  return follows && (b.prev !== a.vid || b.cumMinor !== a.cumMinor + b.amountMinor) ? 'broken-chain' : null;
}

/** The first of `known` that contradicts the voucher. Where those do not contradict each other, its neighbours are enough. */
export function checkAgainst<L extends ChainLink>(voucher: ChainLink, known: Iterable<L>): { readonly conflict: Conflict; readonly other: L } | null {
  for (const other of known) {
    const broken = conflict(voucher, other);
    if (broken !== null) return { conflict: broken, other };
  }
  return null;
}

/** Two vouchers, verified by whoever asks, that prove the payer of their purse signed two histories. */
export function isProof(a: Voucher, b: Voucher): boolean {
  const samePurse = equalBytes(a.cert.purseId, b.cert.purseId) && equalBytes(a.cert.deviceKey, b.cert.deviceKey);
  return samePurse && conflict(chainLink(a), chainLink(b)) !== null;
}

export function firstHead(purseId: Bytes): Head {
  return { seq: 0, cumMinor: 0, vid: toHex(genesisOf(purseId)) };
}

/** What the wallet signs next: the only way to a sequence number. */
export function nextHead(head: Head, amountMinor: number): Omit<ChainLink, 'vid'> {
  assert(Number.isSafeInteger(amountMinor) && amountMinor > 0, 'a voucher pays something');
  return { seq: head.seq + 1, cumMinor: head.cumMinor + amountMinor, amountMinor, prev: head.vid };
}

/** The first voucher of a purse begins it, and has paid itself only. For others: null, there is nothing to ask. */
export function beginsPurse({ seq, cumMinor, amountMinor, prev }: Omit<ChainLink, 'vid'>, purseId: Bytes): boolean | null {
  if (seq > 1) return null;
  return seq === 1 && prev === toHex(genesisOf(purseId)) && cumMinor === amountMinor;
}
