/**
 * The server's word on a note, at its till and at the payer who scanned it. A void that is refused changes nothing: the till has its
 * claim again, the payer's voucher is paid or not as the server says. What the server had told of it before holds again; where it had
 * told nothing, both bring the voucher again to hear that.
 */
import { fromBase64Url, toHex } from '#base/bytes.ts';
import type { SyncResult } from '#protocol/http-sync.ts';
import type { FeedChange } from '#protocol/http.ts';
import { decodeNote } from '#protocol/note.ts';
import { transitionSale } from '#protocol/sale-state.ts';
import { transitionVoucher } from '#protocol/voucher-state.ts';
import { type ClaimFiled, moveClaim } from './claims.ts';
import type { Core } from './core.ts';
import { fileChange } from './feed-offline.ts';
import { claimItem, reportItem, syncRow } from './outbox.ts';
import type { WalletTx } from './ports.ts';
import type { NoteRecord } from './records.ts';

export async function fileNote(core: Core, tx: WalletTx, noteId: string, result: Exclude<SyncResult, { verdict: 'RETRY' }>): Promise<ClaimFiled> {
  const note = await tx.notes.get(noteId);
  if (note === undefined) return 'unknown';
  const refused = result.verdict === 'REJECTED';
  await tx.notes.put({ ...note, state: refused ? { kind: 'refused', code: result.reason } : { kind: 'done' } });
  if (refused && note.kind === 'void') await takeBack(core, tx, note);
  return 'filed';
}

/** `noteText`: the note's bytes, base64url. At the payer there is no record of it, only what it changed. */
export async function fileScannedNote(core: Core, tx: WalletTx, noteText: string, result: Exclude<SyncResult, { verdict: 'RETRY' }>): Promise<'filed'> {
  const bytes = result.verdict === 'REJECTED' ? fromBase64Url(noteText) : null;
  const note = bytes === null ? null : decodeNote(bytes);
  if (note?.ok !== true || note.value.kind !== 'void') return 'filed';
  const voucher = await tx.vouchers.get(toHex(note.value.vid));
  const move = voucher === undefined ? null : transitionVoucher(voucher.state, { kind: 'void-refused', atMs: core.time.nowMs() });
  if (voucher === undefined || move?.kind !== 'moved') return 'filed';
  await tx.vouchers.put({ ...voucher, state: move.state });
  // What another device signed cannot be brought from here.
  if (voucher.bytes !== null) await tx.outbox.put(syncRow(core, voucher.id, reportItem({ ...voucher, bytes: voucher.bytes })));
  await tellAgain(core, tx, voucher.id);
  return 'filed';
}

async function takeBack(core: Core, tx: WalletTx, { vid }: NoteRecord): Promise<void> {
  const claim = await tx.claims.get(vid);
  if (claim?.state.kind !== 'voided' || claim.bytes === null || claim.prev === null) return;
  await moveClaim(tx, claim, { kind: 'void-refused' });
  const sale = await tx.sales.get(claim.saleId);
  // With all that it was accepted by: without it the guarantee pays nothing.
  const { bytes, prev } = claim;
  await tx.outbox.put(syncRow(core, vid, claimItem(sale, { ...claim, bytes, prev, state: { kind: 'queued' } })));
  const move = sale === undefined ? null : transitionSale(sale.state, { kind: 'taken', vid, atMs: claim.acceptedAtMs });
  if (sale !== undefined && move?.kind === 'moved') await tx.sales.put({ ...sale, state: move.state });
  await tellAgain(core, tx, vid);
}

/**
 * The feed does not come back to what it told of this voucher before the void or beside it. Few voids are refused, so the whole history
 * may be read; what stands beyond our place in it was told by a server that has been set back since.
 */
async function tellAgain(core: Core, tx: WalletTx, vid: string): Promise<void> {
  const cursor = (await tx.truth())?.cursor ?? 0;
  const told = (await tx.history.all()).filter(({ seq, entry }) => seq <= cursor && isAbout(entry, vid));
  for (const { entry } of told.toSorted((a, b) => a.seq - b.seq)) await fileChange(core, tx, entry);
}

function isAbout(change: FeedChange, vid: string): boolean {
  return (change.kind === 'voucher' || change.kind === 'note') && change.vid === vid;
}
