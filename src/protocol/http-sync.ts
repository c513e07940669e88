/** POST /v1/sync, protocol.md 8.1: what a device brings after it was offline, and what it missed. Same conventions as http.ts. */
import * as v from 'valibot';
import { VOUCHER_REASONS } from './errors.ts';
import { FeedReply } from './http.ts';
import { balanceMinor, base64Url, bytesText, count, hexId, timeMs } from './http-fields.ts';
import { LIMITS } from './limits.ts';

/** The voucher's invoice, from who has it: so that one sale is paid once, whichever of its codes was scanned. */
const invoice = v.optional(bytesText);

/** One item. It is read on its own: one that has not this form is rejected with FORMAT, and the others go on. */
export const SyncItem = v.variant('k', [
  v.strictObject({
    k: v.literal('V'),
    /** The voucher. */
    o: bytesText,
    /** By the till that accepted it; only the guarantee asks. */
    acceptedAtMs: v.optional(timeMs),
    /** The status list that the till held then. */
    listSeq: v.optional(count),
    invoice,
  }),
  /**
   * Evidence: a voucher that a till refused, because it contradicts another or its purse is revoked. Reported, never claimed, even
   * by the till of its merchant.
   */
  v.strictObject({ k: v.literal('E'), o: bytesText }),
  /** A void or a refund. */
  v.strictObject({ k: v.literal('F'), o: bytesText }),
  /** An acknowledgement: the merchant's claim of a voucher, whoever brings it. */
  v.strictObject({ k: v.literal('A'), o: bytesText, invoice }),
  /** The merchant claims a voucher that its payer reported. */
  v.strictObject({ k: v.literal('C'), id: hexId, invoice }),
]);
export type SyncItem = v.InferOutput<typeof SyncItem>;

export const SyncRequest = v.strictObject({
  /** As in GET /v1/feed. */
  cursor: count,
  lastAtMs: v.optional(timeMs),
  /** What this device has; 0 for nothing. */
  statusSeq: count,
  keySetSeq: count,
  items: v.pipe(v.array(v.looseObject({ k: v.pipe(v.string(), v.maxLength(8)) })), v.maxLength(LIMITS.syncItems)),
});
export type SyncRequest = v.InferOutput<typeof SyncRequest>;

/** `id`: the voucher's or the note's own; null for an item that cannot be read. `dup`: this verdict was already stored. */
const result = { id: v.nullable(hexId), dup: v.boolean() };
export const SyncResult = v.variant('verdict', [
  v.object({ ...result, verdict: v.literal('PAYER_REPORTED'), atMs: timeMs }),
  v.object({ ...result, verdict: v.literal('SETTLED'), via: v.picklist(['reserve', 'guarantee']), unpaidMinor: balanceMinor, atMs: timeMs }),
  v.object({ ...result, verdict: v.literal('HELD'), untilMs: timeMs, unpaidMinor: balanceMinor, atMs: timeMs }),
  v.object({ ...result, verdict: v.literal('REJECTED'), reason: v.picklist(VOUCHER_REASONS), atMs: timeMs }),
  /** Of a voucher: its merchant gave it back. Of a void: it stands, whether or not the voucher ever comes. */
  v.object({ ...result, verdict: v.literal('VOIDED'), atMs: timeMs }),
  v.object({ ...result, verdict: v.literal('REFUNDED'), atMs: timeMs }),
  /** An acknowledgement is kept; what it did, the voucher's verdict tells. */
  v.object({ ...result, verdict: v.literal('NOTED'), atMs: timeMs }),
  /**
   * No verdict yet: keep the item. A refund waits here for its voucher. `untilMs`: when a claim is decided at the latest that the server's books
   * do not cover now, as after a restored backup.
   */
  v.object({ ...result, verdict: v.literal('RETRY'), afterMs: count, untilMs: v.optional(timeMs) }),
]);
export type SyncResult = v.InferOutput<typeof SyncResult>;

export const SyncReply = v.object({
  nowMs: timeMs,
  /** In the order of the items. */
  results: v.pipe(v.array(SyncResult), v.maxLength(LIMITS.syncItems)),
  /** The page of GET /v1/feed after `cursor`, the items of this request included. */
  feed: FeedReply,
  /** The newest signed status list, when the device has an older one. */
  status: v.nullable(base64Url(LIMITS.statusListBytes)),
  /** The newest signed key set, likewise. */
  keySet: v.nullable(base64Url(LIMITS.objectBytes)),
});
export type SyncReply = v.InferOutput<typeof SyncReply>;
