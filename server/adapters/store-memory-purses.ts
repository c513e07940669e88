/** The offline half of a memory transaction: purses, vouchers, notes, proofs. Same keys as the SQL tables, and lists for what SQL has indexes for. */
import { assert } from '#base/assert.ts';
import type { Due, GuaranteeUse, InvoiceName, NoteRow, PurseTx, SaleName, VoucherRow } from '#server/core/ports-offline.ts';
import type { MemoryRows } from './store-memory-rows.ts';
import { MemoryList, type MemoryTable } from './store-memory-table.ts';

export function invoiceKey({ merchantId, invoiceHash, amountMinor }: InvoiceName): string {
  return `${merchantId} ${invoiceHash} ${amountMinor}`;
}

export function saleKey({ merchantId, terminal, saleNonce, amountMinor }: SaleName): string {
  return `${merchantId} ${terminal} ${saleNonce} ${amountMinor}`;
}

/** Appends to a list that stands under a key. */
function enlist(rows: MemoryRows, lists: MemoryTable<string, MemoryList<string>>, key: string, id: string): void {
  const present = lists.get(key) ?? new MemoryList<string>(rows.log);
  if (!lists.has(key)) lists.put(key, present);
  present.append(id);
}

/** The rows whose ids stand under a key. */
function listed<V>(lists: MemoryTable<string, MemoryList<string>>, key: string, table: MemoryTable<string, V>): V[] {
  return (lists.get(key)?.slice(0) ?? []).flatMap((id) => table.get(id) ?? []);
}

export function purseTx(rows: MemoryRows): PurseTx {
  return { ...purseRows(rows), ...voucherRows(rows), ...noteRows(rows) };
}

type PurseHalf = Pick<
  PurseTx,
  'purse' | 'pursesOfParty' | 'insertPurse' | 'putPurse' | 'topUp' | 'insertTopUp' | 'duePurses' | 'revokedIndexes' | 'statusList' | 'insertStatusList'
>;

function purseRows(rows: MemoryRows): PurseHalf {
  const newestList = (): number => Math.max(0, ...rows.statusLists.keys());
  return {
    async purse(id) {
      return rows.purses.get(id) ?? null;
    },
    async pursesOfParty(partyId) {
      const purses = listed(rows.pursesByParty, partyId, rows.purses).filter((purse) => purse.state !== 'released');
      return purses.sort((a, b) => a.openedAtMs - b.openedAtMs || (a.id < b.id ? -1 : 1));
    },
    async insertPurse(row) {
      if (rows.purses.has(row.id)) return false;
      rows.purses.put(row.id, row);
      enlist(rows, rows.pursesByParty, row.partyId, row.id);
      return true;
    },
    async putPurse(row) {
      assert(rows.purses.has(row.id), 'a purse that changes exists');
      rows.purses.put(row.id, row);
    },
    async topUp(id) {
      return rows.topUps.get(id) ?? null;
    },
    async insertTopUp(row) {
      if (rows.topUps.has(row.id)) return false;
      rows.topUps.put(row.id, row);
      return true;
    },
    async duePurses(nowMs, limit, after) {
      const due = rows.purses.filter((purse) => purse.claimDeadlineMs < nowMs && purse.state !== 'released');
      return nextDue(due.map(({ id, claimDeadlineMs: atMs }) => ({ id, atMs })), limit, after);
    },
    async revokedIndexes(deadlineFromMs) {
      const revoked = rows.purses.filter((purse) => purse.revokedAtMs !== null && purse.claimDeadlineMs >= deadlineFromMs);
      return revoked.map((purse) => purse.statusIndex).sort((a, b) => a - b);
    },
    async statusList(seq) {
      return rows.statusLists.get(seq === 'newest' ? newestList() : seq) ?? null;
    },
    async insertStatusList(row) {
      if (newestList() >= row.seq) return false;
      rows.statusLists.insert(row.seq, row);
      return true;
    },
  };
}

function nextDue(due: readonly Due[], limit: number, after: Due): Due[] {
  return due.filter((each) => byTime(after, each) < 0).sort(byTime).slice(0, limit);
}

function byTime(a: Due, b: Due): number {
  if (a.atMs !== b.atMs || a.id === b.id) return a.atMs - b.atMs;
  return a.id < b.id ? -1 : 1;
}

type VoucherHalf = Pick<
  PurseTx,
  | 'voucher'
  | 'neighbours'
  | 'headOfPurse'
  | 'reportedOfPurse'
  | 'voucherCount'
  | 'hasVoucherOf'
  | 'insertVoucher'
  | 'putVoucher'
  | 'invoicePaidBy'
  | 'insertPaidInvoice'
  | 'voucherOfSale'
  | 'putVoucherOfSale'
  | 'reportedSale'
  | 'insertReportedSale'
  | 'guaranteeUse'
  | 'dueHeld'
>;

function voucherRows(rows: MemoryRows): VoucherHalf {
  const ofPurse = (purseId: string): VoucherRow[] => listed(rows.vouchersByPurse, purseId, rows.vouchers);
  return {
    async voucher(vid) {
      return rows.vouchers.get(vid) ?? null;
    },
    async neighbours(purseId, seq) {
      const chain = ofPurse(purseId).filter((row) => row.inChain).sort(bySeq);
      const below = chain.findLast((row) => row.seq < seq);
      const above = chain.find((row) => row.seq > seq);
      return [...chain.filter((row) => row.seq === seq), ...[below, above].filter((row) => row !== undefined)];
    },
    async headOfPurse(purseId) {
      const chain = ofPurse(purseId).filter((row) => row.inChain).sort(bySeq);
      const highest = chain.at(-1)?.seq;
      return chain.find((row) => row.seq === highest) ?? null;
    },
    async reportedOfPurse(purseId) {
      return ofPurse(purseId).filter((row) => row.verdict.verdict === 'PAYER_REPORTED').sort(bySeq);
    },
    async voucherCount(purseId, limit) {
      return Math.min(limit, rows.vouchersByPurse.get(purseId)?.length ?? 0);
    },
    async hasVoucherOf(purseId, merchantId) {
      return ofPurse(purseId).some((row) => row.merchantId === merchantId);
    },
    async insertVoucher(row) {
      rows.vouchers.insert(row.vid, row);
      enlist(rows, rows.vouchersByPurse, row.purseId, row.vid);
    },
    async putVoucher(row) {
      assert(rows.vouchers.has(row.vid), 'a voucher that changes exists');
      assert(row.refundedMinor >= 0 && row.refundedMinor <= row.reserveMinor + row.guaranteeMinor, 'refunds stay within what was paid');
      rows.vouchers.put(row.vid, row);
    },
    async invoicePaidBy(invoice) {
      return rows.paidInvoices.get(invoiceKey(invoice)) ?? null;
    },
    async insertPaidInvoice(invoice, paidBy) {
      rows.paidInvoices.insert(invoiceKey(invoice), paidBy);
    },
    async voucherOfSale(sale) {
      return rows.voucherSales.get(saleKey(sale)) ?? null;
    },
    async putVoucherOfSale(sale, vid) {
      rows.voucherSales.put(saleKey(sale), vid);
    },
    async reportedSale(vid) {
      return rows.reportedSales.get(vid) ?? null;
    },
    async insertReportedSale(vid, { terminal, saleNonce }) {
      if (!rows.reportedSales.has(vid)) rows.reportedSales.insert(vid, { terminal, saleNonce });
    },
    async guaranteeUse(purseId, merchantId, sinceMs) {
      const short = rows.vouchers.filter((row) => row.merchantId === merchantId && row.fellShort && row.voidedAtMs === null);
      return short.reduce((use, row) => addUse(use, row, row.purseId === purseId, row.decidedAtMs >= sinceMs), NO_USE);
    },
    async dueHeld(nowMs, limit, after) {
      const held = rows.vouchers.filter((row) => row.heldUntilMs !== null).map(({ vid, heldUntilMs }) => ({ id: vid, atMs: heldUntilMs ?? 0 }));
      return nextDue(held.filter(({ atMs }) => atMs <= nowMs), limit, after);
    },
  };
}

const NO_USE: GuaranteeUse = { forPurseMinor: 0, sinceMinor: 0, fellShort: 0 };

function addUse(use: GuaranteeUse, row: VoucherRow, ofPurse: boolean, recent: boolean): GuaranteeUse {
  const minor = row.guaranteeMinor - row.returnedMinor;
  return {
    forPurseMinor: use.forPurseMinor + (ofPurse ? minor : 0),
    sinceMinor: use.sinceMinor + (recent ? minor : 0),
    fellShort: use.fellShort + 1,
  };
}

function bySeq(a: VoucherRow, b: VoucherRow): number {
  return a.seq - b.seq || (a.vid < b.vid ? -1 : 1);
}

function noteKey({ vid, merchantId }: Pick<NoteRow, 'vid' | 'merchantId'>): string {
  return `${vid} ${merchantId}`;
}

type NoteHalf = Omit<PurseTx, keyof PurseHalf | keyof VoucherHalf>;

function noteRows(rows: MemoryRows): NoteHalf {
  return {
    async note(noteId) {
      return rows.notes.get(noteId) ?? null;
    },
    async notesOfVoucher(voucher) {
      return listed<NoteRow>(rows.notesByVoucher, noteKey(voucher), rows.notes).sort((a, b) => a.atMs - b.atMs || (a.noteId < b.noteId ? -1 : 1));
    },
    async insertNote(row) {
      rows.notes.insert(row.noteId, row);
      enlist(rows, rows.notesByVoucher, noteKey(row), row.noteId);
    },
    async putNote(row) {
      assert(rows.notes.has(row.noteId), 'a note that changes exists');
      rows.notes.put(row.noteId, row);
    },
    async proof(purseId) {
      return rows.proofs.get(purseId) ?? null;
    },
    async insertProof(row) {
      rows.proofs.insert(row.purseId, row);
    },
    async appeal(id) {
      return rows.appeals.get(id) ?? null;
    },
    async appealCount(partyId) {
      return rows.appeals.filter((appeal) => appeal.partyId === partyId && appeal.answer === null).length;
    },
    async insertAppeal(row) {
      rows.appeals.insert(row.id, row);
    },
  };
}
