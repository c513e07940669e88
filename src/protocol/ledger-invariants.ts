/**
 * The invariants I1-I8 of protocol.md 8.4 over one whole ledger, as plain data: the tests of the server's stores and the
 * simulator, after every step, ask the same function. It must never repair anything; it only tells. I3, I4, I6, I7 and I5 for
 * vouchers are in purse-invariants.ts, and I9, which compares two ledgers.
 */
import { foldJournal, mayBeNegative, merchantAccount, paymentRef, shopperAccount, type JournalRow } from './ledger.ts';
import { checkPurses, type AuditedVoucher, type PurseAudit } from './purse-invariants.ts';

export type AuditedPayment = {
  readonly id: string;
  readonly payerPartyId: string;
  readonly merchantId: string;
  readonly terminal: number;
  readonly saleNonce: string;
  readonly invoiceHash: string;
  readonly amountMinor: number;
  readonly ccy: number;
  readonly verdict: { readonly state: 'settled' | 'refused' };
};

export type LedgerAudit = {
  readonly balances: ReadonlyMap<string, number>;
  readonly postings: readonly JournalRow[];
  readonly payments: readonly AuditedPayment[];
} & Partial<PurseAudit>;

export type Violation = { readonly invariant: 'I1' | 'I2' | 'I3' | 'I4' | 'I5' | 'I6' | 'I7' | 'I8'; readonly what: string };

/** Empty when all hold. */
export function checkInvariants(audit: LedgerAudit): readonly Violation[] {
  return [
    ...sumsToZero(audit),
    ...nobodyOwes(audit),
    ...checkPurses(audit, { purses: audit.purses ?? [], vouchers: audit.vouchers ?? [] }),
    ...settledOnce(audit),
    ...salePaidOnce(audit),
    ...journalIsWellFormed(audit),
    ...balancesAreTheFold(audit),
  ];
}

/** I1, and that an account is kept in one currency, without which a sum says nothing. */
function sumsToZero({ balances, postings }: LedgerAudit): Violation[] {
  const currencyOf = new Map<string, number>();
  const mixed = new Set<string>();
  for (const { debit, credit, ccy } of postings) {
    for (const account of [debit, credit]) {
      if ((currencyOf.get(account) ?? ccy) !== ccy) mixed.add(account);
      currencyOf.set(account, ccy);
    }
  }
  const sums = new Map<number | null, number>();
  for (const [account, balanceMinor] of balances) {
    const ccy = currencyOf.get(account) ?? null;
    sums.set(ccy, (sums.get(ccy) ?? 0) + balanceMinor);
  }
  const wrongSums = [...sums].filter(([, sum]) => sum !== 0).map(([ccy, sum]) => violation('I1', `balances in ${ccy} sum to ${sum}`));
  return [...wrongSums, ...[...mixed].map((account) => violation('I1', `${account} is kept in two currencies`))];
}

/** I2. */
function nobodyOwes({ balances }: LedgerAudit): Violation[] {
  return [...balances]
    .filter(([account, balanceMinor]) => balanceMinor < 0 && !mayBeNegative(account))
    .map(([account, balanceMinor]) => violation('I2', `${account} holds ${balanceMinor}`));
}

/** I5: a settled payment has exactly its one posting, a refused one none, and no posting is of an unknown payment. */
function settledOnce({ postings, payments }: LedgerAudit): Violation[] {
  const byRef = Map.groupBy(postings.filter((row) => row.ref.startsWith(paymentRef(''))), (row) => row.ref);
  const wrong = payments.filter((payment) => !isPostedRight(payment, byRef.get(paymentRef(payment.id)) ?? []));
  const known = new Set(payments.map((payment) => paymentRef(payment.id)));
  const orphans = [...byRef.keys()].filter((ref) => !known.has(ref));
  return [
    ...wrong.map((payment) => violation('I5', `payment ${payment.id} is ${payment.verdict.state}, its postings say otherwise`)),
    ...orphans.map((ref) => violation('I5', `${ref} is posted, but there is no such payment`)),
    ...repeated(payments.map((payment) => payment.id)).map((id) => violation('I5', `payment ${id} has two verdicts`)),
  ];
}

function isPostedRight(payment: AuditedPayment, rows: readonly JournalRow[]): boolean {
  if (payment.verdict.state === 'refused') return rows.length === 0;
  const [row] = rows;
  return (
    rows.length === 1 &&
    row?.debit === shopperAccount(payment.payerPartyId) &&
    row.credit === merchantAccount(payment.merchantId) &&
    row.amountMinor === payment.amountMinor &&
    row.ccy === payment.ccy
  );
}

/** I5 for sales: one sale is paid once, whichever of its codes was scanned. Of another amount it is another sale, and under a hash that a voucher made up another invoice. */
function salePaidOnce({ payments, vouchers = [] }: LedgerAudit): Violation[] {
  const settled = payments.filter((payment) => payment.verdict.state === 'settled');
  const sales = settled.map((payment) => `sale ${payment.merchantId} ${payment.terminal} ${payment.saleNonce} of ${payment.amountMinor}`);
  const invoices = [...settled, ...vouchers.filter(isPaid)].map((paid) => `invoice ${paid.merchantId} ${paid.invoiceHash} of ${paid.amountMinor}`);
  return [...repeated(sales), ...repeated(invoices)].map((what) => violation('I5', `${what} is paid twice`));
}

function isPaid(voucher: AuditedVoucher): boolean {
  return voucher.state === 'paid' || voucher.state === 'held';
}

/** I8, first half: every row moves something, once, between two accounts. */
function journalIsWellFormed({ postings }: LedgerAudit): Violation[] {
  const broken = postings.filter((row) => !Number.isSafeInteger(row.amountMinor) || row.amountMinor <= 0 || row.debit === row.credit);
  const keys = postings.map((row) => `${row.ref} leg ${row.leg}`);
  return [
    ...broken.map((row) => violation('I8', `${row.ref} leg ${row.leg} moves ${row.amountMinor} from ${row.debit} to ${row.credit}`)),
    ...repeated(keys).map((key) => violation('I8', `${key} is posted twice`)),
  ];
}

/** I8, second half. */
function balancesAreTheFold({ balances, postings }: LedgerAudit): Violation[] {
  const folded = foldJournal(postings);
  const accounts = new Set([...balances.keys(), ...folded.keys()]);
  return [...accounts]
    .filter((account) => (balances.get(account) ?? 0) !== (folded.get(account) ?? 0))
    .map((account) => violation('I8', `${account} holds ${balances.get(account) ?? 0}, its journal says ${folded.get(account) ?? 0}`));
}

function repeated(keys: readonly string[]): readonly string[] {
  return [...Map.groupBy(keys, (key) => key)].filter(([, same]) => same.length > 1).map(([key]) => key);
}

function violation(invariant: Violation['invariant'], what: string): Violation {
  return { invariant, what };
}
