/**
 * What tills sign about vouchers: acknowledgements, voids, refunds (protocol.md 5.7). Whoever brings one, it is the merchant's
 * word. Each is stored with its verdict under its own id; one that comes before its voucher waits for it. All of them lock the
 * merchant's account, as its vouchers do, so a note and its voucher never miss each other.
 */
import { equalBytes, fromBase64Url, toBase64Url, toHex, type Bytes } from '#base/bytes.ts';
import { assert } from '#base/assert.ts';
import type { SyncResult } from '#protocol/http-sync.ts';
import { merchantAccount } from '#protocol/ledger.ts';
import { decodeNote, refundIdOf, verifyNote } from '#protocol/note.ts';
import type { Note } from '#protocol/objects.ts';
import { decodeVoucher } from '#protocol/voucher.ts';
import type { Caller } from './identity.ts';
import { withLocks } from './locks.ts';
import { takeRefund } from './notes-refund-take.ts';
import { takeVoid } from './notes-void.ts';
import { isWaiting, type SignedNote } from './notes-refund.ts';
import type { VoucherRow } from './ports-offline.ts';
import type { Merchant, Tx } from './ports.ts';
import { claimOf } from './vouchers-read.ts';
import { sameNote } from './vouchers-record.ts';
import { saleOf } from './vouchers-sale.ts';
import { type BroughtBy, rejected, settleVoucher, type VoucherDeps } from './vouchers.ts';

/** Days ahead are no reason to throw a note away: the till's clock is wrong, and time passes. */
const FUTURE_RETRY_MS = 3_600_000;

/** `invoice`: of the voucher that an acknowledgement is about. */
export async function takeNote(deps: VoucherDeps, kinds: readonly Note['kind'][], bytes: Bytes, invoice: Bytes | null = null): Promise<SyncResult> {
  const shaped = decodeNote(bytes);
  if (!shaped.ok || !kinds.includes(shaped.value.kind) || !hasOwnId(shaped.value)) return rejected(deps, null, 'FORMAT');
  const id = toHex(shaped.value.noteId);
  const told = await deps.store.transaction((tx) => toldOf(tx, shaped.value));
  if (told !== null) return told;
  const genuine = await verifyNote({ bytes }, deps.issuer.keys, deps.clock.nowMs() / 1_000, deps.verifier);
  if (!genuine.ok && genuine.error === 'E_INVOICE_FUTURE') return { id, dup: false, verdict: 'RETRY', afterMs: FUTURE_RETRY_MS };
  if (!genuine.ok) return rejected(deps, id, 'SIGNATURE');
  const note = genuine.value;
  const known = await deps.store.transaction((tx) => signerOf(tx, note));
  if (typeof known === 'string') return rejected(deps, id, known);
  return takeSigned(deps, { note, merchant: known, row: rowOf(note) }, invoice);
}

/**
 * What a till gave back stays given back, also when its certificate is over by now, or it was switched off: whoever brings the note
 * hears that again. It says no more than those know who can name the voucher.
 */
async function toldOf(tx: Tx, note: Note): Promise<SyncResult | null> {
  if (note.kind === 'ack') return null;
  const row = rowOf(note);
  const known = sameNote(await tx.notesOfVoucher(row), row);
  return known === undefined || isWaiting(known) ? null : { ...known.verdict, id: row.noteId, dup: true };
}

/** A refund's id is made from its content; a till cannot call two refunds one, nor one two. */
function hasOwnId(note: Note): boolean {
  return note.kind !== 'refund' || equalBytes(note.refundId, refundIdOf(note));
}

/** A till that was switched off moves no money any more: another till of the shop can sign again. What it acknowledged stays. */
async function signerOf(tx: Tx, { kind, cert }: Note): Promise<Merchant | 'SIGNATURE' | 'NOT_YOUR_MERCHANT'> {
  assert(cert.terminalKey !== null, 'a note that verifies has its key');
  const [merchant, device] = await Promise.all([tx.merchant(toHex(cert.merchantId)), tx.deviceByKey(toBase64Url(cert.terminalKey))]);
  if (merchant === null) return 'NOT_YOUR_MERCHANT';
  const signs = device !== null && device.partyId === merchant.partyId && device.revokedAtMs === null;
  return signs || kind === 'ack' ? merchant : 'SIGNATURE';
}

function rowOf(note: Note): SignedNote['row'] {
  const isRefund = note.kind === 'refund';
  return {
    noteId: toHex(note.noteId),
    kind: note.kind,
    vid: toHex(note.vid),
    merchantId: toHex(note.cert.merchantId),
    refundId: isRefund ? toHex(note.refundId) : null,
    amountMinor: isRefund ? note.amountMinor : null,
    bytes: toBase64Url(note.bytes),
  };
}

function takeSigned(deps: VoucherDeps, signed: SignedNote, invoice: Bytes | null): Promise<SyncResult> {
  switch (signed.note.kind) {
    case 'ack':
      return takeAck(deps, signed, invoice);
    case 'void':
      return takeVoid(deps, signed);
    case 'refund':
      return takeRefund(deps, signed);
  }
}

/** The merchant took the voucher in: that is its claim, whoever brings it. */
async function takeAck(deps: VoucherDeps, { merchant, row }: SignedNote, invoice: Bytes | null): Promise<SyncResult> {
  const nowMs = deps.clock.nowMs();
  const result = await withLocks(deps.store, merchant.ccy, [merchantAccount(merchant.id)], async (tx) => {
    const known = sameNote(await tx.notesOfVoucher(row), row);
    if (known !== undefined) return { ...known.verdict, id: row.noteId, dup: true };
    const verdict = { id: row.noteId, dup: false, verdict: 'NOTED', atMs: nowMs } as const;
    await tx.insertNote({ ...row, verdict, atMs: nowMs });
    return verdict;
  });
  // The note itself claims, where a note is enough: see vouchers.ts.
  await claimReported(deps, row.vid, merchant.id, invoice, { kind: 'witness' });
  return result;
}

/** The merchant claims by a tap what its payer reported. */
export async function takeTap(deps: VoucherDeps, caller: Caller, vid: string, invoice: Bytes | null): Promise<SyncResult> {
  const merchant = await deps.store.transaction((tx) => tx.merchantOfParty(caller.party.id));
  const result = merchant === null ? null : await claimReported(deps, vid, merchant.id, invoice, { kind: 'merchant' });
  return result ?? rejected(deps, vid, 'NOT_YOUR_MERCHANT');
}

/** Null when there is no such voucher of this merchant. */
async function claimReported(deps: VoucherDeps, vid: string, merchantId: string, invoice: Bytes | null, by: BroughtBy): Promise<SyncResult | null> {
  const row = await deps.store.transaction((tx) => tx.voucher(vid));
  if (row?.merchantId !== merchantId) return null;
  const claim = storedClaim(row);
  return settleVoucher(deps, { claim, by, sale: saleOf(claim, invoice), acceptedAtMs: null, listSeq: null });
}

function storedClaim(row: VoucherRow): ReturnType<typeof claimOf> {
  const bytes = fromBase64Url(row.bytes);
  const voucher = bytes === null ? null : decodeVoucher(bytes);
  assert(voucher !== null && voucher.ok, 'a voucher that was stored can be read');
  return claimOf(voucher.value);
}
