/** The wallet's tables over one Dexie transaction. Every row that comes out is looked at; one that cannot be read is as if absent, and told. */
import type { Collection, Table as DexieTable, Transaction } from 'dexie';
import { assert } from '#base/assert.ts';
import type { Position, Table, WalletTx } from '#wallet/ports.ts';
import type { HistoryRecord, IdentityRecord, OutboxRow, PasskeyTrialRecord, PaymentRecord, PinCheckRecord, PurseRecord, SaleRecord, TruthRecord, VoucherRecord } from '#wallet/records.ts';
import { isHistoryRecord, isIdentityRecord, isOutboxRow, isPaymentRecord, isSaleRecord, isTruthRecord } from './row-check.ts';
import { isPasskeyTrialRecord, isPinCheckRecord, isPurseRecord, isVoucherRecord } from './row-check-purses.ts';

/** Above every time and below none: bounds of a compound key. */
const NO_POSITION: Position = { atMs: Number.MAX_SAFE_INTEGER, id: '\uffff' };

type Check<R> = (row: unknown) => row is R;

export function walletTx(tx: Transaction, onDamage: () => void): WalletTx {
  const payments = tx.table<unknown, string>('payments');
  const sales = tx.table<unknown, string>('sales');
  const history = tx.table<unknown, number>('history');
  const outbox = tx.table<unknown, string>('outbox');
  const vouchers = tx.table<unknown, string>('vouchers');
  const single = tx.table<{ name: string; row: unknown }, string>('single');
  const sift = <R>(rows: readonly unknown[], check: Check<R>): R[] => rows.flatMap((row) => readable(row, check, onDamage) ?? []);
  return {
    payments: {
      ...plain(payments, isPaymentRecord, onDamage),
      newest: async (limit, before) => sift(await newest(payments, limit, before), isPaymentRecord),
      count: () => payments.count(),
      byInvoice: async (hash) => chooseByInvoice(sift(await payments.where('invoiceHash').equals(hash).toArray(), isPaymentRecord)),
      sending: async () => sift(await payments.where('state.kind').equals('sending').toArray(), isPaymentRecord),
      paidBefore: async (merchantId) => (await payments.where('[merchantId+state.kind]').equals([merchantId, 'settled']).count()) > 0,
    },
    sales: {
      ...plain(sales, isSaleRecord, onDamage, withAttention),
      newest: async (limit, before) => sift(await newest(sales, limit, before), isSaleRecord),
      count: () => sales.count(),
      open: async () => sift(await sales.where('attention').equals('open').toArray(), isSaleRecord),
      unseen: async () => sift(await sales.where('attention').equals('unseen').toArray(), isSaleRecord).sort(bySaleAge),
    },
    history: {
      ...plain(history, isHistoryRecord, onDamage),
      count: () => history.count(),
      newestCredits: async (limit, before) => sift(await below(history, '[entry.atMs+entry.entryId]', before).limit(limit).toArray(), isHistoryRecord),
      credit: async (entryId) => sift(await history.where('entry.entryId').equals(entryId).toArray(), isHistoryRecord)[0],
      firstMissing: async () => firstMissing(await history.toCollection().primaryKeys()),
    },
    outbox: { ...plain(outbox, isOutboxRow, onDamage), count: () => outbox.count() },
    purses: plain(tx.table<unknown, string>('purses'), isPurseRecord, onDamage),
    vouchers: {
      ...plain(vouchers, isVoucherRecord, onDamage),
      newest: async (limit, before) => sift(await newest(vouchers, limit, before), isVoucherRecord),
      count: () => vouchers.count(),
      byInvoice: async (hash) => chooseVoucher(sift(await vouchers.where('invoiceHash').equals(hash).toArray(), isVoucherRecord)),
      ofPurse: async (id) => sift(await vouchers.where('[purseId+seq]').between([id, 0], [id, Number.MAX_SAFE_INTEGER]).toArray(), isVoucherRecord),
    },
    identity: async () => readable((await single.get('identity'))?.row, isIdentityRecord, onDamage),
    putIdentity: async (row: IdentityRecord) => void (await single.put({ name: 'identity', row })),
    truth: async () => readable((await single.get('truth'))?.row, isTruthRecord, onDamage),
    putTruth: async (row: TruthRecord) => void (await single.put({ name: 'truth', row })),
    pinCheck: async () => readable((await single.get('pin-check'))?.row, isPinCheckRecord, onDamage),
    putPinCheck: async (row: PinCheckRecord) => void (await single.put({ name: 'pin-check', row })),
    passkeyTrial: async () => readable((await single.get('passkey-trial'))?.row, isPasskeyTrialRecord, onDamage),
    putPasskeyTrial: async (row: PasskeyTrialRecord) => void (await single.put({ name: 'passkey-trial', row })),
    quarantine: () => quarantine(tx),
  };
}

function plain<K extends string | number, R>(table: DexieTable<unknown, K>, check: Check<R>, onDamage: () => void, store: (row: R) => unknown = (row) => row): Table<K, R> {
  return {
    get: async (key) => readable(await table.get(key), check, onDamage),
    put: async (row) => {
      // What could not be read again must not be written: a payment would vanish without a word.
      assert(check(row), 'a row that is written can be read');
      await table.put(store(row));
    },
    delete: (key) => table.delete(key),
    all: async () => (await table.toArray()).flatMap((row) => readable(row, check, onDamage) ?? []),
  };
}

function readable<R>(row: unknown, check: Check<R>, onDamage: () => void): R | undefined {
  if (row === undefined) return undefined;
  if (check(row)) return withoutAttention(row);
  onDamage();
  return undefined;
}

/** IndexedDB cannot index a condition, so the adapter keeps it in a field of its own. */
function withAttention(sale: SaleRecord): unknown {
  const { state } = sale;
  if (state.kind === 'open') return { ...sale, attention: 'open' };
  return state.kind === 'paid' && !state.seen ? { ...sale, attention: 'unseen' } : sale;
}

function withoutAttention<R>(row: R): R {
  if (typeof row !== 'object' || row === null || !('attention' in row)) return row;
  const { attention: _, ...rest } = row;
  return rest as R;
}

function newest(table: DexieTable<unknown, string>, limit: number, before?: Position): Promise<unknown[]> {
  return below(table, '[createdAtMs+id]', before).limit(limit).toArray();
}

function below<K>(table: DexieTable<unknown, K>, index: string, before: Position = NO_POSITION): Collection<unknown, K> {
  return table.where(index).below([before.atMs, before.id]).reverse();
}

function bySaleAge(a: SaleRecord, b: SaleRecord): number {
  return a.createdAtMs - b.createdAtMs || (a.id < b.id ? -1 : 1);
}

function chooseByInvoice(found: readonly PaymentRecord[]): PaymentRecord | undefined {
  const newestFirst = [...found].sort((a, b) => b.createdAtMs - a.createdAtMs);
  return newestFirst.find((row) => row.state.kind !== 'refused') ?? newestFirst[0];
}

function chooseVoucher(found: readonly VoucherRecord[]): VoucherRecord | undefined {
  return found.find(({ state }) => state.kind !== 'returned' && state.kind !== 'voided') ?? found[0];
}

function firstMissing(ascending: readonly number[]): number {
  const hole = ascending.findIndex((seq, index) => seq !== index + 1);
  return (hole === -1 ? ascending.length : hole) + 1;
}

async function quarantine(tx: Transaction): Promise<number> {
  const checks: { readonly [table: string]: Check<PaymentRecord | SaleRecord | HistoryRecord | OutboxRow | PurseRecord | VoucherRecord> } = {
    payments: isPaymentRecord,
    sales: isSaleRecord,
    history: isHistoryRecord,
    outbox: isOutboxRow,
    purses: isPurseRecord,
    vouchers: isVoucherRecord,
  };
  let moved = 0;
  for (const [name, check] of Object.entries(checks)) {
    const bad: { readonly key: unknown; readonly row: unknown }[] = [];
    await tx.table(name).each((row: unknown, cursor) => {
      if (!check(row)) bad.push({ key: cursor.primaryKey, row });
    });
    for (const { key, row } of bad) {
      await tx.table('quarantine').add({ table: name, key, row });
      await tx.table(name).delete(key);
    }
    moved += bad.length;
  }
  return moved;
}
