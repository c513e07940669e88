/**
 * A server that was restored from a backup may know nothing of what it decided since, and here nothing waits any more: what may still
 * be claimed is brought once more. The server answers the same for what it has. Also for what waits though its row in the outbox
 * could not be read.
 */
import type { SyncItem } from '#protocol/http-sync.ts';
import { LIMITS } from '#protocol/limits.ts';
import { isOpen } from '#protocol/voucher-state.ts';
import type { Core } from './core.ts';
import { claimItem, syncRow } from './outbox.ts';
import type { WalletTx } from './ports.ts';

type Item = { readonly recordId: string; readonly item: SyncItem };

/** Called inside the transaction that finds out. */
export async function bringAgain(core: Core, tx: WalletTx): Promise<void> {
  const rows = await tx.outbox.all();
  const waiting = new Set(rows.map(({ recordId }) => recordId));
  const sinceMs = core.time.nowMs() - LIMITS.bringAgainMs;
  const items = [...(await claims(tx, sinceMs)), ...(await vouchers(tx, sinceMs)), ...(await notes(tx, sinceMs))];
  const missing = items.filter(({ recordId }) => !waiting.has(recordId)).slice(0, LIMITS.outboxRows - rows.length);
  for (const { recordId, item } of missing) await tx.outbox.put(syncRow(core, recordId, item));
}

async function claims(tx: WalletTx, sinceMs: number): Promise<Item[]> {
  const items: Item[] = [];
  for (const claim of await tx.claims.all()) {
    const { id: recordId, bytes, prev, state, acceptedAtMs, saleId } = claim;
    if (bytes === null || prev === null || state.kind === 'rejected' || state.kind === 'voided' || acceptedAtMs < sinceMs) continue;
    items.push({ recordId, item: claimItem(await tx.sales.get(saleId), { ...claim, bytes, prev }) });
  }
  return items;
}

async function vouchers(tx: WalletTx, sinceMs: number): Promise<Item[]> {
  const rows = await tx.vouchers.all();
  return rows.flatMap(({ id: recordId, bytes, state, createdAtMs }): Item[] =>
    bytes !== null && createdAtMs >= sinceMs && (isOpen(state) || state.kind === 'settled') ? [{ recordId, item: { k: 'V', o: bytes } }] : [],
  );
}

/** What gives money back. An acknowledgement moves none. */
async function notes(tx: WalletTx, sinceMs: number): Promise<Item[]> {
  const rows = await tx.notes.all();
  return rows.flatMap(({ id: recordId, kind, bytes, state, iatSeconds }): Item[] =>
    kind !== 'ack' && state.kind !== 'refused' && iatSeconds * 1_000 >= sinceMs ? [{ recordId, item: { k: 'F', o: bytes } }] : [],
  );
}
