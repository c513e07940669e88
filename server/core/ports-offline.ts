/** What the server's core needs of a store for paying with no network: purses, vouchers, notes, proofs. Part of ports.ts. */
import type { VoucherVerdict } from '#protocol/http-offline.ts';
import type { SyncResult } from '#protocol/http-sync.ts';
import type { ChainLink } from '#protocol/purse-rules.ts';

/** A sale as its charge names it. A charge is not signed, so its amount is a part of the name: another amount is another sale. */
export type SaleName = { readonly merchantId: string; readonly terminal: number; readonly saleNonce: string; readonly amountMinor: number };
/**
 * An invoice's hash binds its amount, so what honestly pays it twice has one name. A voucher may name any hash: a cent under the hash of a
 * sale is another invoice, and does not stand in the way of who pays the sale.
 */
export type InvoiceName = { readonly merchantId: string; readonly invoiceHash: string; readonly amountMinor: number };
export type ReportedSale = Pick<SaleName, 'terminal' | 'saleNonce'>;

/** Money set aside for one device. The certificate is the newest; older ones stay good with their own, lower numbers. */
export type PurseRow = {
  /** 16 hexadecimal digits. */
  readonly id: string;
  readonly partyId: string;
  readonly deviceId: string;
  readonly kind: 'open' | 'tab';
  /** Whose tab. */
  readonly merchantId: string | null;
  readonly ccy: number;
  /** Everything that was ever put in. */
  readonly limMinor: number;
  readonly capMinor: number;
  readonly maxCount: number;
  readonly statusIndex: number;
  readonly expMs: number;
  readonly claimDeadlineMs: number;
  /** base64url */
  readonly certificate: string;
  /** What makes two requests under one id the same purse. */
  readonly fingerprint: string;
  readonly state: 'active' | 'closing' | 'frozen' | 'released';
  readonly openedAtMs: number;
  /** Since when its bit in the status list is set. */
  readonly revokedAtMs: number | null;
  /** What its owner said was signed last, when closing it: JSON. */
  readonly declaredHead: string | null;
};

export type TopUpRow = { readonly id: string; readonly purseId: string; readonly addMinor: number };

/** A genuine voucher and what became of it. Written when it is first seen. */
export type VoucherRow = ChainLink & {
  readonly purseId: string;
  readonly payerPartyId: string;
  readonly merchantId: string;
  readonly invoiceHash: string;
  readonly ccy: number;
  /** base64url */
  readonly bytes: string;
  /** False: it claims what no certificate allows, so it is no link of its purse's chain. */
  readonly inChain: boolean;
  /** Never changes once it is final. A void that came after it is `voidedAtMs`. */
  readonly verdict: VoucherVerdict;
  /** What was paid, by whom. */
  readonly reserveMinor: number;
  readonly guaranteeMinor: number;
  /** It wanted more than its purse's reserve held. */
  readonly fellShort: boolean;
  readonly refundedMinor: number;
  /** What of the refunds went back to the guarantee. */
  readonly returnedMinor: number;
  readonly decidedAtMs: number;
  /** While HELD: when it is let go. */
  readonly heldUntilMs: number | null;
  readonly voidedAtMs: number | null;
};

/** What a till signed about a voucher. A waiting refund is carried out when its voucher is paid. */
export type NoteRow = {
  readonly noteId: string;
  readonly kind: 'ack' | 'void' | 'refund';
  readonly vid: string;
  readonly merchantId: string;
  /** Of a refund only. One row a voucher has it: who stores a refund has looked, under the lock of its merchant's account. */
  readonly refundId: string | null;
  readonly amountMinor: number | null;
  /** base64url */
  readonly bytes: string;
  readonly verdict: Extract<SyncResult, { verdict: 'REJECTED' | 'VOIDED' | 'REFUNDED' | 'NOTED' | 'RETRY' }>;
  readonly atMs: number;
};

/** Two vouchers of one purse that contradict each other, base64url. */
export type ProofRow = { readonly purseId: string; readonly one: string; readonly other: string; readonly atMs: number };

/** `answer`: the operator's words; null while nobody has answered. */
export type AppealRow = {
  readonly id: string;
  readonly partyId: string;
  readonly subject: string;
  readonly text: string;
  readonly atMs: number;
  readonly answer: string | null;
  readonly answeredAtMs: number | null;
};

/** Who of the operator's people ordered what. */
export type OperatorOrder = {
  readonly seq: number;
  readonly atMs: number;
  readonly by: string;
  readonly kind: 'unfreeze' | 'release' | 'refuse' | 'answer' | 'revoke' | 'restore' | 'reset-pin' | 'end' | 'enrol';
  /** An account, a voucher, an appeal, a purse or a device. */
  readonly subject: string;
  /** Why, or the answer. */
  readonly note: string;
};

export type StatusListRow = {
  readonly seq: number;
  readonly atMs: number;
  /** How many revocations there had been. */
  readonly revocations: number;
  /** base64url */
  readonly list: string;
};

/** What the guarantee did for one merchant: for one purse, since a time; and how many of its vouchers ever fell short. Voided ones do not count. */
export type GuaranteeUse = { readonly forPurseMinor: number; readonly sinceMinor: number; readonly fellShort: number };

/** What has waited for a time that is over. */
export type Due = { readonly id: string; readonly atMs: number };

/** Purses, vouchers and notes. Nothing here locks: whoever decides on them has locked the purse's, merchant's or owner's account. */
export interface PurseTx {
  purse(id: string): Promise<PurseRow | null>;
  /** All of them but the released, oldest first. */
  pursesOfParty(partyId: string): Promise<PurseRow[]>;
  /** False when the id exists already; nothing is written then. */
  insertPurse(row: PurseRow): Promise<boolean>;
  /** Writes what may change: terms, certificate, state, head. */
  putPurse(row: PurseRow): Promise<void>;
  topUp(id: string): Promise<TopUpRow | null>;
  /** False when the id exists already. */
  insertTopUp(row: TopUpRow): Promise<boolean>;
  voucher(vid: string): Promise<VoucherRow | null>;
  /** Those of the same seq, and the nearest below and above. */
  neighbours(purseId: string, seq: number): Promise<VoucherRow[]>;
  /** The voucher with the highest seq. */
  headOfPurse(purseId: string): Promise<VoucherRow | null>;
  /** Those that only their payer reported. */
  reportedOfPurse(purseId: string): Promise<VoucherRow[]>;
  /** How many it has, counted up to a limit. */
  voucherCount(purseId: string, limit: number): Promise<number>;
  /** Did this merchant ever have a voucher of this purse? */
  hasVoucherOf(purseId: string, merchantId: string): Promise<boolean>;
  insertVoucher(row: VoucherRow): Promise<void>;
  /** Writes what may change: verdict, shares, refunds. */
  putVoucher(row: VoucherRow): Promise<void>;
  /** The payment or voucher that paid this invoice, if any. */
  invoicePaidBy(invoice: InvoiceName): Promise<string | null>;
  /** Asserts that nothing has paid it yet. */
  insertPaidInvoice(invoice: InvoiceName, paidBy: string): Promise<void>;
  /** The voucher that last paid this sale, if one that named it did. */
  voucherOfSale(sale: SaleName): Promise<string | null>;
  putVoucherOfSale(sale: SaleName, vid: string): Promise<void>;
  /** The sale that was shown with a voucher while it was only reported. */
  reportedSale(vid: string): Promise<ReportedSale | null>;
  /** Its invoice's hash binds it to one sale: what is there already stays. */
  insertReportedSale(vid: string, sale: ReportedSale): Promise<void>;
  guaranteeUse(purseId: string, merchantId: string, sinceMs: number): Promise<GuaranteeUse>;
  note(noteId: string): Promise<NoteRow | null>;
  /** What this merchant signed about it, oldest first. What another shop says of it counts nothing, and must cost nothing. */
  notesOfVoucher(voucher: Pick<VoucherRow, 'vid' | 'merchantId'>): Promise<NoteRow[]>;
  insertNote(row: NoteRow): Promise<void>;
  putNote(row: NoteRow): Promise<void>;
  proof(purseId: string): Promise<ProofRow | null>;
  insertProof(row: ProofRow): Promise<void>;
  appeal(id: string): Promise<AppealRow | null>;
  /** Those that nobody has answered. */
  appealCount(partyId: string): Promise<number>;
  insertAppeal(row: AppealRow): Promise<void>;
  /** Status indexes of revoked purses with this claim deadline or a later one, ascending. */
  revokedIndexes(deadlineFromMs: number): Promise<number[]>;
  statusList(seq: number | 'newest'): Promise<StatusListRow | null>;
  /** False when a list of this seq, or a newer one, exists already. */
  insertStatusList(row: StatusListRow): Promise<boolean>;
  /** Purses that are past their claim deadline and not released, by deadline and id; those that come after `after`. */
  duePurses(nowMs: number, limit: number, after: Due): Promise<Due[]>;
  /** Held vouchers whose time is over, in the same way. */
  dueHeld(nowMs: number, limit: number, after: Due): Promise<Due[]>;
}

/** What only the operator's command asks for. */
export interface OperatorTx {
  newestProofs(limit: number): Promise<ProofRow[]>;
  /** By when they are let go. */
  heldVouchers(limit: number): Promise<VoucherRow[]>;
  /** Those that nobody has answered, oldest first. */
  openAppeals(limit: number): Promise<AppealRow[]>;
  answerAppeal(id: string, answer: string, atMs: number): Promise<void>;
  insertOperatorOrder(row: OperatorOrder): Promise<void>;
  /** Newest first. */
  operatorOrders(limit: number): Promise<OperatorOrder[]>;
}
