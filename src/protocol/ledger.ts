/**
 * Double entry, protocol.md 8.4: which rows of the journal a payment and a credit write. Pure, shared by the server and the
 * simulator. One row moves an amount from `debit` to `credit`: what an account holds is its credits less its debits, and
 * `ext:float` goes below zero by what came in from outside. Purses and vouchers: purse-ledger.ts.
 */
import { assert } from '#base/assert.ts';
import { isPayableMinor } from './money.ts';

export type JournalRow = {
  /** What it is about; with `leg`, unique. */
  readonly ref: string;
  readonly leg: number;
  readonly debit: string;
  readonly credit: string;
  readonly amountMinor: number;
  readonly ccy: number;
  readonly atMs: number;
};

export const FLOAT_ACCOUNT = 'ext:float';
export const GUARANTEE_ACCOUNT = 'guarantee';
/** What payers owe the guarantee: the other side of their debts. */
export const GUARANTEE_RECEIVABLE = 'guarantee:receivable';
/** People and shops cannot owe; the outside, debts and the operator's own accounts can. I2. */
const NEVER_NEGATIVE = /^(?:user|rsv|mer):/u;
const RECEIVABLE = /:receivable$/u;

export function shopperAccount(partyId: string): string {
  return `user:${partyId}`;
}

export function merchantAccount(merchantId: string): string {
  return `mer:${merchantId}`;
}

/** Paid, but kept back for a while: the merchant has it only when it moves to its own account. */
export function heldAccount(merchantId: string): string {
  return `mer:${merchantId}:held`;
}

/** Below zero by what the merchant owes for voids and refunds. */
export function merchantReceivable(merchantId: string): string {
  return `mer:${merchantId}:receivable`;
}

/** The reserve of one purse. */
export function reserveAccount(purseId: string): string {
  return `rsv:${purseId}`;
}

/** Below zero by what the payer owes the guarantee. */
export function debtAccount(partyId: string): string {
  return `debt:${partyId}`;
}

export function mayBeNegative(account: string): boolean {
  return !NEVER_NEGATIVE.test(account) || RECEIVABLE.test(account);
}

export function paymentRef(paymentId: string): string {
  return `payment:${paymentId}`;
}

export function creditRef(entryId: string): string {
  return `credit:${entryId}`;
}

/** An online payment settles in one row: payer to merchant. */
export function paymentPostings(payment: {
  readonly paymentId: string;
  readonly payerPartyId: string;
  readonly merchantId: string;
  readonly amountMinor: number;
  readonly ccy: number;
  readonly atMs: number;
}): readonly JournalRow[] {
  const { paymentId, payerPartyId, merchantId, amountMinor, ccy, atMs } = payment;
  assert(isPayableMinor(amountMinor), 'a payment moves a payable amount');
  return [{ ref: paymentRef(paymentId), leg: 0, debit: shopperAccount(payerPartyId), credit: merchantAccount(merchantId), amountMinor, ccy, atMs }];
}

/** Money from outside the ledger: play money now, top-ups later. */
export function creditPostings(credit: {
  readonly entryId: string;
  readonly account: string;
  readonly amountMinor: number;
  readonly ccy: number;
  readonly atMs: number;
}): readonly JournalRow[] {
  const { entryId, account, amountMinor, ccy, atMs } = credit;
  assert(Number.isSafeInteger(amountMinor) && amountMinor > 0, 'a credit moves a positive amount');
  return [{ ref: creditRef(entryId), leg: 0, debit: FLOAT_ACCOUNT, credit: account, amountMinor, ccy, atMs }];
}

/** Balances as the journal tells them: the fold of I8. */
export function foldJournal(postings: Iterable<JournalRow>): Map<string, number> {
  const balances = new Map<string, number>();
  const move = (account: string, deltaMinor: number): void => {
    balances.set(account, (balances.get(account) ?? 0) + deltaMinor);
  };
  for (const { debit, credit, amountMinor } of postings) {
    move(debit, -amountMinor);
    move(credit, amountMinor);
  }
  return balances;
}
