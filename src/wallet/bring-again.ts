/**
 * A server that was restored from a backup may know nothing of what it decided since, and here nothing waits any more: what may still
 * be claimed is brought once more, newest first: the newest is what a backup cannot know. The server answers the same for what it has.
 * Also for what waits though its row in the outbox could not be read. Half of the outbox stays free for what people do meanwhile; the
 * rest follows when that has gone out, unless the app is started anew.
 */
import type { SyncItem } from '#protocol/http-sync.ts';
import { LIMITS } from '#protocol/limits.ts';
import { isOpen } from '#protocol/voucher-state.ts';
import type { Core } from './core.ts';
import { claimItem, reportItem, syncRow } from './outbox.ts';
import type { WalletTx } from './ports.ts';

const HALF_ROWS = LIMITS.outboxRows / 2;

type Item = { readonly recordId: string; readonly atMs: number; item(tx: WalletTx): Promise<SyncItem> };
/** `waiting`: only what has no verdict here. */
export type Wanted = 'all' | 'waiting';

/** Called inside the transaction that finds out. `untilMs`: where it stopped before. */
export async function bringAgain(core: Core, tx: WalletTx, wanted: Wanted, untilMs = Infinity): Promise<void> {
  const rows = await tx.outbox.all();
  const waiting = new Set(rows.map(({ recordId }) => recordId));
  const sinceMs = core.time.nowMs() - LIMITS.bringAgainMs;
  const items = [...(await claims(tx, wanted)), ...(await vouchers(tx, wanted)), ...(await notes(tx, wanted))];
  const missing = items.filter(({ recordId, atMs }) => atMs >= sinceMs && atMs <= untilMs && !waiting.has(recordId)).toSorted((a, b) => b.atMs - a.atMs);
  const brought = missing.slice(0, Math.max(0, HALF_ROWS - rows.length));
  for (const { recordId, item } of brought) await tx.outbox.put(syncRow(core, recordId, await item(tx)));
  const isWhole = brought.length === missing.length;
  core.memory.toBring = isWhole ? null : { wanted, untilMs: brought.at(-1)?.atMs ?? untilMs };
}

/** What was left over, when there is room for it. */
export async function bringTheRest(core: Core, tx: WalletTx): Promise<void> {
  const { toBring } = core.memory;
  if (toBring !== null && (await tx.outbox.count()) < HALF_ROWS / 2) await bringAgain(core, tx, toBring.wanted, toBring.untilMs);
}

async function claims(tx: WalletTx, wanted: Wanted): Promise<Item[]> {
  const rows = wanted === 'all' ? await tx.claims.all() : await tx.claims.waiting();
  return rows.flatMap((claim): Item[] => {
    const { id: recordId, bytes, prev, state, acceptedAtMs: atMs, saleId } = claim;
    if (bytes === null || prev === null || state.kind === 'rejected' || state.kind === 'voided') return [];
    return [{ recordId, atMs, item: async (now) => claimItem(await now.sales.get(saleId), { ...claim, bytes, prev }) }];
  });
}

async function vouchers(tx: WalletTx, wanted: Wanted): Promise<Item[]> {
  return (await tx.vouchers.all()).flatMap((voucher): Item[] => {
    const { id: recordId, bytes, state, createdAtMs: atMs } = voucher;
    const may = isOpen(state) || (wanted === 'all' && state.kind === 'settled');
    return bytes !== null && may ? [{ recordId, atMs, item: async () => reportItem({ ...voucher, bytes }) }] : [];
  });
}

/** What gives money back. An acknowledgement moves none. */
async function notes(tx: WalletTx, wanted: Wanted): Promise<Item[]> {
  return (await tx.notes.all()).flatMap(({ id: recordId, kind, bytes, state, iatSeconds }): Item[] => {
    const may = state.kind === 'signed' || (wanted === 'all' && state.kind === 'done');
    return kind !== 'ack' && may ? [{ recordId, atMs: iatSeconds * 1_000, item: async () => ({ k: 'F', o: bytes }) }] : [];
  });
}
