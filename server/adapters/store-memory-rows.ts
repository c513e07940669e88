/** All rows of the memory store. One log for all tables: a transaction is undone whole. */
import type {
  Confirmation,
  Device,
  Enrolment,
  LedgerAccount,
  Merchant,
  Party,
  Passkey,
  PaymentRow,
  PinState,
  Posting,
  Session,
} from '#server/core/ports.ts';
import type { AppealRow, NoteRow, OperatorOrder, ProofRow, PurseRow, ReportedSale, StatusListRow, TopUpRow, VoucherRow } from '#server/core/ports-offline.ts';
import type { FeedChange } from '#protocol/http.ts';
import { MemoryList, MemoryTable, UndoLog } from './store-memory-table.ts';

export type AccountRow = { readonly ccy: number; readonly balanceMinor: number };

export class MemoryRows {
  readonly log = new UndoLog();
  readonly accounts = new MemoryTable<LedgerAccount, AccountRow>(this.log);
  readonly journal = new MemoryList<Posting>(this.log);
  /** `ref leg` of every journal row. */
  readonly legs = new MemoryTable<string, true>(this.log);
  readonly payments = new MemoryTable<string, PaymentRow>(this.log);
  /** `merchant terminal nonce amount` of every settled sale to its payment. */
  readonly settledSales = new MemoryTable<string, string>(this.log);
  /** The same of those that a voucher paid. */
  readonly voucherSales = new MemoryTable<string, string>(this.log);
  readonly reportedSales = new MemoryTable<string, ReportedSale>(this.log);
  /** `merchant invoice amount` of everything paid, to the payment or voucher that paid it. */
  readonly paidInvoices = new MemoryTable<string, string>(this.log);
  readonly purses = new MemoryTable<string, PurseRow>(this.log);
  readonly pursesByParty = new MemoryTable<string, MemoryList<string>>(this.log);
  readonly topUps = new MemoryTable<string, TopUpRow>(this.log);
  readonly vouchers = new MemoryTable<string, VoucherRow>(this.log);
  readonly vouchersByPurse = new MemoryTable<string, MemoryList<string>>(this.log);
  readonly notes = new MemoryTable<string, NoteRow>(this.log);
  readonly notesByVoucher = new MemoryTable<string, MemoryList<string>>(this.log);
  readonly proofs = new MemoryTable<string, ProofRow>(this.log);
  readonly appeals = new MemoryTable<string, AppealRow>(this.log);
  readonly operatorOrders = new MemoryTable<number, OperatorOrder>(this.log);
  readonly statusLists = new MemoryTable<number, StatusListRow>(this.log);
  readonly feeds = new MemoryTable<string, MemoryList<FeedChange>>(this.log);
  readonly parties = new MemoryTable<string, Party>(this.log);
  readonly merchants = new MemoryTable<string, Merchant>(this.log);
  readonly devices = new MemoryTable<string, Device>(this.log);
  readonly sessions = new MemoryTable<string, Session>(this.log);
  readonly enrolments = new MemoryTable<string, Enrolment>(this.log);
  /** Challenge hash to its expiry. */
  readonly challenges = new MemoryTable<string, number>(this.log);
  readonly pins = new MemoryTable<string, PinState>(this.log);
  readonly passkeys = new MemoryTable<string, Passkey>(this.log);
  readonly confirmations = new MemoryTable<string, Confirmation>(this.log);
  readonly settings = new MemoryTable<string, string>(this.log);
  readonly numbers = new MemoryTable<string, number>(this.log);
}
