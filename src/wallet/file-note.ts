/** The server's word on a note of this till. A void that is refused gives the voucher back to the till: it is brought again. */
import type { SyncResult } from '#protocol/http-sync.ts';
import { transitionSale } from '#protocol/sale-state.ts';
import { type ClaimFiled, moveClaim } from './claims.ts';
import type { Core } from './core.ts';
import { syncRow } from './outbox.ts';
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

async function takeBack(core: Core, tx: WalletTx, { vid }: NoteRecord): Promise<void> {
  const claim = await tx.claims.get(vid);
  if (claim?.state.kind !== 'voided' || claim.bytes === null) return;
  await moveClaim(tx, claim, { kind: 'void-refused' });
  await tx.outbox.put(syncRow(core, vid, { k: 'V', o: claim.bytes }));
  const sale = await tx.sales.get(claim.saleId);
  const move = sale === undefined ? null : transitionSale(sale.state, { kind: 'taken', vid, atMs: claim.acceptedAtMs });
  if (sale !== undefined && move?.kind === 'moved') await tx.sales.put({ ...sale, state: move.state });
}
