/** What the ui shows, built from the rows each time something changed. Listeners get the newest only; bursts are folded. */
import { LIMITS } from '#protocol/limits.ts';
import type { RecordView, Snapshot } from './api.ts';
import type { PayerOffline } from './api-payer.ts';
import type { SaleView, TillOffline } from './api-till.ts';
import { chargeView } from './charge-view.ts';
import { type Core, environment } from './core.ts';
import type { WalletTx } from './ports.ts';
import { readOffline } from './purse-views.ts';
import { newestPage } from './records-page.ts';
import type { IdentityRecord, OutboxRow, SaleRecord } from './records.ts';
import { readTill } from './till-views.ts';
import { identityView, saleViews } from './views.ts';
import { noticeStorageError } from './writer.ts';

type Shown = {
  readonly identified: boolean;
  readonly outbox: readonly OutboxRow[];
  readonly recent: readonly RecordView[];
  readonly open: readonly SaleRecord[];
  readonly unseen: readonly SaleView[];
  readonly till: TillOffline | null;
  readonly offline: PayerOffline | null;
};

const NOTHING: Shown = { identified: false, outbox: [], recent: [], open: [], unseen: [], till: null, offline: null };

export async function buildSnapshot(core: Core): Promise<Snapshot> {
  const shown = core.memory.phase === 'ready' ? await readShown(core) : NOTHING;
  const { memory, time } = core;
  const { phase, blocked, mode, deskOrigin, connection, identity, truth, version } = memory;
  const ready = phase === 'ready';
  const newest = shown.open.toSorted((a, b) => b.createdAtMs - a.createdAtMs).find((sale) => sale.invoices.length > 0);
  const waiting = shown.outbox.filter((row) => row.poison === null).length;
  return {
    phase,
    blocked,
    mode,
    deskOrigin,
    connection,
    identity: ready && identity !== null ? identityView(identity) : null,
    balance: ready && truth !== null ? { amountMinor: truth.balanceMinor, asOfMs: truth.asOfMs } : null,
    waiting,
    poisoned: shown.outbox.length - waiting,
    busy: waiting > 0 || shown.open.length > 0 || memory.drafts.size > 0 || memory.paying.size > 0,
    clockOffsetMs: time.offsetMs(),
    recent: shown.recent,
    charge: newest === undefined ? null : chargeView(newest, environment(core).origin),
    till: shown.till,
    paidUnseen: shown.unseen,
    offline: shown.offline,
    version,
  };
}

/** Rows that are gone under a wallet are noticed here, before an empty list is shown as the truth. */
async function readShown(core: Core): Promise<Shown> {
  const { identity } = core.memory;
  const read = await core.ports.store.read((tx) => readRows(core, tx, identity));
  if (!read.ok) {
    noticeStorageError(core, read.error);
    return NOTHING;
  }
  if (!read.value.identified) noticeStorageError(core, 'STORAGE_CLEARED');
  return read.value;
}

async function readRows(core: Core, tx: WalletTx, identity: IdentityRecord | null): Promise<Shown> {
  const merchant = identity?.kind === 'merchant';
  const sales = merchant ? await readSales(tx) : null;
  return {
    identified: (await tx.identity()) !== undefined,
    outbox: await tx.outbox.all(),
    recent: sales?.recent ?? (identity === null ? [] : await newestPage(tx, identity, LIMITS.recordsPage, null)),
    open: merchant ? await tx.sales.open() : [],
    unseen: sales?.unseen ?? [],
    till: identity?.till == null ? null : await readTill(tx, { ...identity, till: identity.till }, core.time.nowMs(), environment(core).keeping),
    offline: identity?.kind === 'shopper' ? await readOffline(tx, identity, environment(core).keeping) : null,
  };
}

/** Most that nobody has seen yet are among the newest: each is read once. */
async function readSales(tx: WalletTx): Promise<{ readonly recent: readonly SaleView[]; readonly unseen: readonly SaleView[] }> {
  const [newest, unseen] = [await tx.sales.newest(LIMITS.recordsPage), await tx.sales.unseen()];
  const sales = new Map([...newest, ...unseen].map((sale) => [sale.id, sale]));
  const views = new Map((await saleViews(tx, [...sales.values()])).map((view) => [view.id, view]));
  const viewsOf = (rows: readonly SaleRecord[]) => rows.flatMap(({ id }) => views.get(id) ?? []);
  return { recent: viewsOf(newest), unseen: viewsOf(unseen) };
}

export type Publisher = {
  changed(): void;
  subscribe(listener: (snapshot: Snapshot) => void): Promise<void>;
  /** The snapshot after everything that has changed so far. */
  settled(): Promise<Snapshot>;
};

export function createPublisher(build: () => Promise<Snapshot>, onFault: (cause: unknown) => void): Publisher {
  const listeners = new Set<(snapshot: Snapshot) => void>();
  let stale = false;
  let building: Promise<void> | null = null;
  const keepBuilding = async (): Promise<void> => {
    // Waits one turn, so that what changes together is shown together.
    await Promise.resolve();
    while (stale) {
      stale = false;
      const snapshot = await build();
      if (!stale) for (const listener of listeners) listener(snapshot);
    }
  };
  const changed = (): void => {
    stale = true;
    building ??= keepBuilding()
      .catch(onFault)
      .finally(() => {
        building = null;
        if (stale && listeners.size > 0) changed();
      });
  };
  return {
    changed,
    async subscribe(listener) {
      listeners.add(listener);
      listener(await build());
    },
    settled: build,
  };
}
