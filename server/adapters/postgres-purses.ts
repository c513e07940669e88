/** The offline half of an SQL transaction: purses, vouchers, notes, proofs. Takes no lock: the accounts are the locks. */
import { assert } from '#base/assert.ts';
import type { Due, InvoiceName, NoteRow, ProofRow, PurseRow, PurseTx, StatusListRow, TopUpRow, VoucherRow, AppealRow, GuaranteeUse, ReportedSale, SaleName } from '#server/core/ports-offline.ts';
import type { Sql, Statement } from './postgres-database.ts';
import { PURSES } from './postgres-purse-statements.ts';
import { one, rows, run } from './postgres-rows.ts';

type Stored<Row extends { readonly verdict: unknown }> = Omit<Row, 'verdict'> & { readonly verdict: string };
export type StoredVoucher = Stored<VoucherRow> & { readonly outcome: string };

/** Verdicts are written by the inserts and puts below, and by nothing else. */
export function voucherOf(stored: StoredVoucher): VoucherRow {
  const { outcome, ...row } = stored;
  const verdict = JSON.parse(row.verdict) as VoucherRow['verdict'];
  assert(verdict.verdict === outcome, 'a verdict stands under its own name');
  return { ...row, verdict };
}

function noteOf(row: Stored<NoteRow>): NoteRow {
  return { ...row, verdict: JSON.parse(row.verdict) as NoteRow['verdict'] };
}

export function purseTx(sql: Sql): PurseTx {
  const vouchers = async (statement: Statement, values: readonly unknown[]): Promise<VoucherRow[]> =>
    (await rows<StoredVoucher>(sql, statement, values)).map(voucherOf);
  return {
    ...purseRows(sql),
    ...noteRows(sql),
    voucher: async (vid) => (await vouchers(PURSES.voucher, [vid]))[0] ?? null,
    neighbours: (purseId, seq) => vouchers(PURSES.neighbours, [purseId, seq]),
    headOfPurse: async (purseId) => (await vouchers(PURSES.headOfPurse, [purseId]))[0] ?? null,
    reportedOfPurse: (purseId) => vouchers(PURSES.reportedOfPurse, [purseId]),
    voucherCount: async (purseId, limit) => (await one<{ vouchers: number }>(sql, PURSES.voucherCount, [purseId, limit]))?.vouchers ?? 0,
    hasVoucherOf: async (purseId, merchantId) => (await sql.query(PURSES.hasVoucherOf, [purseId, merchantId])).length > 0,
    insertVoucher: (row) => run(sql, PURSES.insertVoucher, [...fixedOf(row), ...movingOf(row)]),
    putVoucher: (row) => run(sql, PURSES.putVoucher, [row.vid, ...movingOf(row)]),
    invoicePaidBy: async (invoice) => (await one<{ paidBy: string }>(sql, PURSES.invoicePaidBy, invoiceOf(invoice)))?.paidBy ?? null,
    insertPaidInvoice: (invoice, paidBy) => run(sql, PURSES.insertPaidInvoice, [...invoiceOf(invoice), paidBy]),
    voucherOfSale: async (sale) => (await one<{ vid: string }>(sql, PURSES.voucherOfSale, nameOf(sale)))?.vid ?? null,
    putVoucherOfSale: (sale, vid) => run(sql, PURSES.putVoucherOfSale, [...nameOf(sale), vid]),
    reportedSale: (vid) => one<ReportedSale>(sql, PURSES.reportedSale, [vid]),
    insertReportedSale: async (vid, { terminal, saleNonce }) => void (await sql.query(PURSES.insertReportedSale, [vid, terminal, saleNonce])),
    async guaranteeUse(purseId, merchantId, sinceMs) {
      const use = await one<GuaranteeUse>(sql, PURSES.guaranteeUse, [purseId, merchantId, sinceMs]);
      assert(use !== null, 'a sum is always one row');
      return use;
    },
    dueHeld: (nowMs, limit, after) => rows<Due>(sql, PURSES.dueHeld, [nowMs, limit, after.atMs, after.id]),
  };
}

function fixedOf(row: VoucherRow): unknown[] {
  const { vid, purseId, payerPartyId, merchantId, invoiceHash, seq, cumMinor, amountMinor, prev, ccy, bytes, inChain } = row;
  return [vid, purseId, payerPartyId, merchantId, invoiceHash, seq, cumMinor, amountMinor, prev, ccy, bytes, inChain];
}

function movingOf(row: VoucherRow): unknown[] {
  const { verdict, reserveMinor, guaranteeMinor, fellShort, refundedMinor, returnedMinor, decidedAtMs, heldUntilMs, voidedAtMs } = row;
  const told = [JSON.stringify(verdict), verdict.verdict];
  return [...told, reserveMinor, guaranteeMinor, fellShort, refundedMinor, returnedMinor, decidedAtMs, heldUntilMs, voidedAtMs];
}

type PurseHalf = Pick<
  PurseTx,
  'purse' | 'pursesOfParty' | 'insertPurse' | 'putPurse' | 'topUp' | 'insertTopUp' | 'duePurses' | 'revokedIndexes' | 'statusList' | 'insertStatusList'
>;

function purseRows(sql: Sql): PurseHalf {
  return {
    purse: (id) => one<PurseRow>(sql, PURSES.purse, [id]),
    pursesOfParty: (partyId) => rows<PurseRow>(sql, PURSES.pursesOfParty, [partyId]),
    async insertPurse(row) {
      const { id, partyId, deviceId, kind, merchantId, ccy, limMinor, capMinor, maxCount, statusIndex, expMs, claimDeadlineMs } = row;
      const { certificate, fingerprint, state, openedAtMs, revokedAtMs, declaredHead } = row;
      const terms = [id, partyId, deviceId, kind, merchantId, ccy, limMinor, capMinor, maxCount, statusIndex, expMs, claimDeadlineMs];
      const inserted = await sql.query(PURSES.insertPurse, [...terms, certificate, fingerprint, state, openedAtMs, revokedAtMs, declaredHead]);
      return inserted.length === 1;
    },
    putPurse: ({ id, limMinor, capMinor, maxCount, expMs, claimDeadlineMs, certificate, state, revokedAtMs, declaredHead }) =>
      run(sql, PURSES.putPurse, [id, limMinor, capMinor, maxCount, expMs, claimDeadlineMs, certificate, state, revokedAtMs, declaredHead]),
    topUp: (id) => one<TopUpRow>(sql, PURSES.topUp, [id]),
    insertTopUp: async ({ id, purseId, addMinor }) => (await sql.query(PURSES.insertTopUp, [id, purseId, addMinor])).length === 1,
    duePurses: (nowMs, limit, after) => rows<Due>(sql, PURSES.duePurses, [nowMs, limit, after.atMs, after.id]),
    revokedIndexes: async (fromMs) => (await rows<{ statusIndex: number }>(sql, PURSES.revokedIndexes, [fromMs])).map(({ statusIndex }) => statusIndex),
    statusList: (seq) =>
      seq === 'newest' ? one<StatusListRow>(sql, PURSES.newestStatusList, []) : one<StatusListRow>(sql, PURSES.statusList, [seq]),
    insertStatusList: async ({ seq, atMs, revocations, list }) =>
      (await sql.query(PURSES.insertStatusList, [seq, atMs, revocations, list])).length === 1,
  };
}

export function invoiceOf({ merchantId, invoiceHash, amountMinor }: InvoiceName): unknown[] {
  return [merchantId, invoiceHash, amountMinor];
}

function nameOf({ merchantId, terminal, saleNonce, amountMinor }: SaleName) {
  return [merchantId, terminal, saleNonce, amountMinor];
}

type NoteHalf = Pick<
  PurseTx,
  'note' | 'notesOfVoucher' | 'insertNote' | 'putNote' | 'proof' | 'insertProof' | 'appeal' | 'appealCount' | 'insertAppeal'
>;

function noteRows(sql: Sql): NoteHalf {
  const notes = async (statement: Statement, values: readonly unknown[]): Promise<NoteRow[]> => (await rows<Stored<NoteRow>>(sql, statement, values)).map(noteOf);
  return {
    note: async (noteId) => (await notes(PURSES.note, [noteId]))[0] ?? null,
    notesOfVoucher: ({ vid, merchantId }) => notes(PURSES.notesOfVoucher, [vid, merchantId]),
    insertNote: ({ noteId, kind, vid, merchantId, refundId, amountMinor, bytes, verdict, atMs }) =>
      run(sql, PURSES.insertNote, [noteId, kind, vid, merchantId, refundId, amountMinor, bytes, JSON.stringify(verdict), atMs]),
    putNote: ({ noteId, verdict, atMs }) => run(sql, PURSES.putNote, [noteId, JSON.stringify(verdict), atMs]),
    proof: (purseId) => one<ProofRow>(sql, PURSES.proof, [purseId]),
    insertProof: ({ purseId, one: first, other, atMs }) => run(sql, PURSES.insertProof, [purseId, first, other, atMs]),
    appeal: (id) => one<AppealRow>(sql, PURSES.appeal, [id]),
    appealCount: async (partyId) => (await one<{ appeals: number }>(sql, PURSES.appealCount, [partyId]))?.appeals ?? 0,
    insertAppeal: ({ id, partyId, subject, text, atMs }) => run(sql, PURSES.insertAppeal, [id, partyId, subject, text, atMs]),
  };
}
