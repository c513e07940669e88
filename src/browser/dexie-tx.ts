/** The wallet's tables over one Dexie transaction. Every row that comes out is looked at; one that cannot be read is as if absent, and told. */
import type { Collection, Table as DexieTable, Transaction } from 'dexie';
import { assert } from '#base/assert.ts';
import { recordIdOf } from '#protocol/feed-record.ts';
import { standingOf } from '#protocol/claim-state.ts';
import type { Position, Table, WalletTx } from '#wallet/ports.ts';
import type { ClaimRecord, EvidenceRecord, HistoryRecord, IdentityRecord, ListsRecord, NoteRecord, OutboxRow, PasskeyTrialRecord, PaymentRecord, PinCheckRecord, PurseRecord, SaleRecord, TruthRecord, UnclaimedRecord, VoucherRecord } from '#wallet/records.ts';
import { isHistoryRecord, isIdentityRecord, isOutboxRow, isPaymentRecord, isSaleRecord, isTruthRecord } from './row-check.ts';
import { isClaimRecord, isEvidenceRecord, isListsRecord, isNoteRecord, isUnclaimedRecord } from './row-check-claims.ts';
import { isPasskeyTrialRecord, isPinCheckRecord, isPurseRecord, isVoucherRecord } from './row-check-purses.ts';

/** Above every time and below none: bounds of a compound key. */
const NO_POSITION: Position = { atMs: Number.MAX_SAFE_INTEGER, id: '\uffff' };

/** The name of the row that a sign-out leaves behind. */
export const SIGNED_OUT = 'signed-out';

type Check<R> = (row: unknown) => row is R;

export function walletTx(tx: Transaction, onDamage: () => void): WalletTx {
  const payments = tx.table<unknown, string>('payments');
  const sales = tx.table<unknown, string>('sales');
  const history = tx.table<unknown, number>('history');
  const outbox = tx.table<unknown, string>('outbox');
  const vouchers = tx.table<unknown, string>('vouchers');
  const claims = tx.table<unknown, string>('claims');
  const evidence = tx.table<unknown, string>('evidence');
  const notes = tx.table<unknown, string>('notes');
  const sift = <R>(rows: readonly unknown[], check: Check<R>): R[] => rows.flatMap((row) => readable(row, check, onDamage) ?? []);
  return {
    payments: {
      ...plain(payments, isPaymentRecord, onDamage),
      newest: async (limit, before) => sift(await newest(payments, limit, before), isPaymentRecord),
      count: () => payments.count(),
      byInvoice: async (hash) => chooseByInvoice(sift(await payments.where('invoiceHash').equals(hash).toArray(), isPaymentRecord)),
      paidBefore: async (merchantId) => (await payments.where('[merchantId+state.kind]').equals([merchantId, 'settled']).count()) > 0,
    },
    sales: {
      ...plain(sales, isSaleRecord, onDamage, indexedSale),
      newest: async (limit, before) => sift(await newest(sales, limit, before), isSaleRecord),
      count: () => sales.count(),
      open: async () => sift(await sales.where('attention').equals('open').toArray(), isSaleRecord),
      unseen: async () => sift(await sales.where('attention').equals('unseen').toArray(), isSaleRecord).sort(bySaleAge),
      byInvoice: async (hash) => sift(await sales.where('hashes').equals(hash).toArray(), isSaleRecord)[0],
    },
    history: {
      ...plain(history, isHistoryRecord, onDamage, indexedEntry),
      count: () => history.count(),
      newestShown: async (limit, before) => sift(await below(history, '[entry.atMs+shown]', before).limit(limit).toArray(), isHistoryRecord),
      shown: async (id) => sift(await history.where('shown').equals(id).toArray(), isHistoryRecord)[0],
      appealed: async (subjects) => new Set((await history.where('entry.subject').anyOf([...subjects]).toArray()).flatMap(subjectOf)),
      firstMissing: async () => firstMissing(await history.toCollection().primaryKeys()),
    },
    outbox: { ...plain(outbox, isOutboxRow, onDamage), count: () => outbox.count() },
    purses: plain(tx.table<unknown, string>('purses'), isPurseRecord, onDamage),
    vouchers: {
      ...plain(vouchers, isVoucherRecord, onDamage),
      newest: async (limit, before) => sift(await newest(vouchers, limit, before), isVoucherRecord),
      count: () => vouchers.count(),
      byInvoice: async (hash) => chooseVoucher(sift(await vouchers.where('invoiceHash').equals(hash).toArray(), isVoucherRecord)),
      ofPurse: async (id) => sift(await ofPurse(vouchers, id), isVoucherRecord),
    },
    claims: {
      ...plain(claims, isClaimRecord, onDamage, indexedClaim),
      ofPurse: async (id) => sift(await ofPurse(claims, id), isClaimRecord),
      waiting: async () => sift(await claims.where('standing').equals('waiting').toArray(), isClaimRecord),
      lost: async () => sift(await claims.where('standing').equals('lost').toArray(), isClaimRecord),
    },
    evidence: { ...plain(evidence, isEvidenceRecord, onDamage), ofPurse: async (id) => sift(await ofPurse(evidence, id), isEvidenceRecord) },
    notes: {
      ...plain(notes, isNoteRecord, onDamage),
      ofVoucher: async (vid) => sift(await notes.where('[vid+iatSeconds]').between([vid, 0], [vid, Number.MAX_SAFE_INTEGER]).toArray(), isNoteRecord),
    },
    unclaimed: plain(tx.table<unknown, string>('unclaimed'), isUnclaimedRecord, onDamage),
    ...singleRows(tx, onDamage),
    quarantine: () => quarantine(tx),
  };
}

type SingleRows = Pick<WalletTx, 'lists' | 'putLists' | 'identity' | 'putIdentity' | 'signedOut' | 'truth' | 'putTruth' | 'pinCheck' | 'putPinCheck' | 'passkeyTrial' | 'putPasskeyTrial'>;

function singleRows(tx: Transaction, onDamage: () => void): SingleRows {
  const single = tx.table<{ name: string; row: unknown }, string>('single');
  return {
    lists: async () => readable((await single.get('lists'))?.row, isListsRecord, onDamage),
    putLists: async (row: ListsRecord) => void (await single.put({ name: 'lists', row })),
    identity: async () => readable((await single.get('identity'))?.row, isIdentityRecord, onDamage),
    putIdentity: async (row: IdentityRecord) => {
      await single.delete(SIGNED_OUT);
      await single.put({ name: 'identity', row });
    },
    signedOut: async () => (await single.get(SIGNED_OUT)) !== undefined,
    truth: async () => readable((await single.get('truth'))?.row, isTruthRecord, onDamage),
    putTruth: async (row: TruthRecord) => void (await single.put({ name: 'truth', row })),
    pinCheck: async () => readable((await single.get('pin-check'))?.row, isPinCheckRecord, onDamage),
    putPinCheck: async (row: PinCheckRecord) => void (await single.put({ name: 'pin-check', row })),
    passkeyTrial: async () => readable((await single.get('passkey-trial'))?.row, isPasskeyTrialRecord, onDamage),
    putPasskeyTrial: async (row: PasskeyTrialRecord) => void (await single.put({ name: 'passkey-trial', row })),
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
  if (check(row)) return withoutIndexed(row);
  onDamage();
  return undefined;
}

/** IndexedDB cannot index a condition, nor what is inside a list: the adapter keeps it in fields of its own. */
function indexedSale(sale: SaleRecord): unknown {
  const hashes = sale.invoices.map(({ hash }) => hash);
  const { state } = sale;
  if (state.kind === 'open') return { ...sale, hashes, attention: 'open' };
  const unseen = (state.kind === 'paid' || state.kind === 'taken') && !state.seen;
  return unseen ? { ...sale, hashes, attention: 'unseen' } : { ...sale, hashes };
}

function indexedEntry(row: HistoryRecord): unknown {
  const shown = recordIdOf(row.entry);
  return shown === null ? row : { ...row, shown };
}

function subjectOf(row: unknown): readonly string[] {
  return isHistoryRecord(row) && row.entry.kind === 'appeal' ? [row.entry.subject] : [];
}

function indexedClaim(claim: ClaimRecord): unknown {
  const standing = standingOf(claim);
  return standing === 'done' ? claim : { ...claim, standing };
}

type Indexed = { attention?: unknown; hashes?: unknown; standing?: unknown; shown?: unknown };

function withoutIndexed<R>(row: R): R {
  if (typeof row !== 'object' || row === null) return row;
  const { attention: _attention, hashes: _hashes, standing: _standing, shown: _shown, ...rest } = row as R & Indexed;
  return rest as R;
}

function ofPurse(table: DexieTable<unknown, string>, purseId: string): Promise<unknown[]> {
  return table.where('[purseId+seq]').between([purseId, 0], [purseId, Number.MAX_SAFE_INTEGER]).toArray();
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
  const checks: { readonly [table: string]: Check<PaymentRecord | SaleRecord | HistoryRecord | OutboxRow | PurseRecord | VoucherRecord | ClaimRecord | EvidenceRecord | NoteRecord | UnclaimedRecord> } = {
    payments: isPaymentRecord,
    sales: isSaleRecord,
    history: isHistoryRecord,
    outbox: isOutboxRow,
    purses: isPurseRecord,
    vouchers: isVoucherRecord,
    claims: isClaimRecord,
    evidence: isEvidenceRecord,
    notes: isNoteRecord,
    unclaimed: isUnclaimedRecord,
  };
  let moved = await quarantineSingle(tx);
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

/** Left where it is, one of these would be found damaged again by every look at the screen. */
async function quarantineSingle(tx: Transaction): Promise<number> {
  const single = tx.table<{ name: string; row: unknown }, string>('single');
  const checks = { lists: isListsRecord, identity: isIdentityRecord, truth: isTruthRecord, 'pin-check': isPinCheckRecord, 'passkey-trial': isPasskeyTrialRecord };
  let moved = 0;
  for (const [name, check] of Object.entries(checks)) {
    const held = await single.get(name);
    if (held === undefined || check(held.row)) continue;
    await tx.table('quarantine').add({ table: 'single', key: name, row: held.row });
    await single.delete(name);
    moved += 1;
  }
  return moved;
}
