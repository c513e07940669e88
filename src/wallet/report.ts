/** What support may need to find a payment and a fault. The user reads it before sending it. No name, amount, PIN, key, code or cookie. */
import { LIMITS } from '#protocol/limits.ts';
import type { Core } from './core.ts';
import type { WalletTx } from './ports.ts';
import { trustedKeySet } from './trust.ts';
import { orderNumberOf } from './views.ts';

const PAYMENTS_LISTED = 20;

export async function report(core: Core): Promise<string> {
  const { memory, ports, time } = core;
  const rows = await ports.store.read(listRows);
  const lines = {
    app: ports.version,
    phase: memory.phase,
    blocked: memory.blocked,
    mode: memory.mode,
    connection: memory.connection,
    serverTimeMs: time.nowMs(),
    clockOffsetMs: time.offsetMs(),
    keeping: memory.environment?.keeping ?? null,
    account: memory.identity === null ? null : orderNumberOf(memory.identity.accountId),
    device: memory.identity === null ? null : orderNumberOf(memory.identity.deviceId),
    kind: memory.identity?.kind ?? null,
    terminal: memory.identity?.till?.terminal ?? null,
    keySetSeq: (await trustedKeySet(core))?.seq ?? null,
    feedCursor: memory.truth?.cursor ?? null,
    feedHead: memory.truth?.headSeq ?? null,
    rows: rows.ok ? rows.value : rows.error,
  };
  return JSON.stringify(lines, null, 2);
}

async function listRows(tx: WalletTx) {
  const waiting = await tx.outbox.all();
  const lists = await tx.lists();
  const payments = await tx.payments.newest(PAYMENTS_LISTED);
  return {
    payments: await tx.payments.count(),
    sales: await tx.sales.count(),
    claims: { waiting: (await tx.claims.waiting()).length, lost: (await tx.claims.lost()).length, unclaimed: (await tx.unclaimed.all()).length, evidence: (await tx.evidence.all()).length },
    lists: lists === undefined ? null : { statusSeq: lists.statusSeq, listSeenMs: lists.listSeenMs, syncSeenMs: lists.syncSeenMs },
    waiting: waiting.slice(0, LIMITS.recordsPage).map(({ recordId, attempts, poison }) => ({ order: orderNumberOf(recordId), attempts, poison })),
    latest: payments.map(({ id, createdAtMs, state }) => ({
      order: orderNumberOf(id),
      atMs: createdAtMs,
      state: state.kind,
      code: state.kind === 'refused' ? state.code : null,
    })),
  };
}
