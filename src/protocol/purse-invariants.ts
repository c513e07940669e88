/**
 * I3 to I7 of protocol.md 8.4 over what a ledger knows of its purses, as plain data: asked together with the others by
 * ledger-invariants.ts. Written apart from the postings that it judges, so that a wrong posting does not agree with itself.
 *
 * I3 a purse's reserve: what was put in = what vouchers took + what voids sent home + what was released + what is there
 * I4 vouchers take at most the purse's limit             I5 a voucher is paid once, and given back at most once over
 * I6 the guarantee pays only where a proof is stored     I7 nothing is posted to a purse after its release
 */
import { debtAccount, foldJournal, GUARANTEE_ACCOUNT, GUARANTEE_RECEIVABLE, heldAccount, merchantAccount, reserveAccount, shopperAccount, type JournalRow } from './ledger.ts';
import { HELD, PURSE_LOAD, PURSE_RELEASE, REFUND, VOID, VOUCHER } from './purse-ledger.ts';

export type AuditedPurse = {
  readonly id: string;
  readonly ownerPartyId: string;
  /** Everything that was ever put in, as its newest certificate says. */
  readonly limMinor: number;
  readonly released: boolean;
  /** A proof of two histories is stored. */
  readonly proved: boolean;
};

export type AuditedVoucher = {
  readonly vid: string;
  readonly purseId: string;
  readonly payerPartyId: string;
  readonly merchantId: string;
  readonly invoiceHash: string;
  readonly amountMinor: number;
  /** unpaid: reported, rejected, or voided before it was claimed. returned: it was paid or held, and voided or refused later. */
  readonly state: 'unpaid' | 'paid' | 'held' | 'returned';
  readonly reserveMinor: number;
  readonly guaranteeMinor: number;
};

export type PurseAudit = { readonly purses: readonly AuditedPurse[]; readonly vouchers: readonly AuditedVoucher[] };
type Broken = { readonly invariant: 'I3' | 'I4' | 'I5' | 'I6' | 'I7'; readonly what: string };
type Ledger = { readonly balances: ReadonlyMap<string, number>; readonly postings: readonly JournalRow[] };

export function checkPurses({ balances, postings }: Ledger, { purses, vouchers }: PurseAudit): readonly Broken[] {
  const byRef = Map.groupBy(postings, subjectOf);
  const byReserve = Map.groupBy(postings.filter((row) => reserveOf(row) !== null), (row) => reserveOf(row) ?? '');
  const known = new Map(purses.map((purse) => [reserveAccount(purse.id), purse]));
  const strangers = [...byReserve.keys()].filter((account) => !known.has(account));
  return [
    ...strangers.map((account) => broken('I3', `${account} is posted to, but there is no such purse`)),
    ...purses.flatMap((purse) => checkReserve(purse, byReserve.get(reserveAccount(purse.id)) ?? [], balances)),
    ...checkGuarantee(postings, purses, vouchers),
    ...vouchers.flatMap((voucher) => checkVoucher(voucher, byRef)),
    ...checkSubjects([...byRef.keys()], vouchers),
  ];
}

/** I3, I4, I7. `rows` are all that touch its reserve, in the order of the journal. */
function checkReserve(purse: AuditedPurse, rows: readonly JournalRow[], balances: Ledger['balances']): Broken[] {
  const account = reserveAccount(purse.id);
  const owner = shopperAccount(purse.ownerPartyId);
  const loads = rows.filter((row) => row.ref.startsWith(PURSE_LOAD) && row.debit === owner && row.credit === account);
  const settlements = rows.filter((row) => row.ref.startsWith(VOUCHER) && row.debit === account);
  const voids = rows.filter((row) => row.ref.startsWith(VOID) && row.debit === account && row.credit === owner);
  const releases = rows.filter((row) => row.ref === PURSE_RELEASE + purse.id && row.debit === account && row.credit === owner);
  const [loaded, settled, voided, released] = [sum(loads), sum(settlements), sum(voids), sum(releases)];
  const current = balances.get(account) ?? 0;
  const after = rows.slice(rows.findIndex((row) => releases.includes(row)) + 1);
  const found: Broken[] = [];
  if (loads.length + settlements.length + voids.length + releases.length !== rows.length) found.push(broken('I3', `${account} moves by a posting that is none of a purse`));
  const whereabouts = `put in ${loaded}, taken ${settled}, voided ${voided}, released ${released}, holds ${current}`;
  if (loaded !== settled + voided + released + current) found.push(broken('I3', `${account}: ${whereabouts}`));
  if (loaded !== purse.limMinor) found.push(broken('I3', `${account} was given ${loaded}, its certificate says ${purse.limMinor}`));
  if (settled > purse.limMinor) found.push(broken('I4', `vouchers took ${settled} of ${purse.limMinor} from ${account}`));
  if (releases.length > 0 && after.length > 0) found.push(broken('I7', `${account} is posted to after its release`));
  if (purse.released && current !== 0) found.push(broken('I7', `${account} is released and holds ${current}`));
  if (!purse.released && releases.length > 0) found.push(broken('I7', `${account} was released, but is not said to be`));
  return found;
}

/** I6. */
function checkGuarantee(postings: readonly JournalRow[], purses: readonly AuditedPurse[], vouchers: readonly AuditedVoucher[]): Broken[] {
  const proved = new Set(purses.filter((purse) => purse.proved).map((purse) => purse.id));
  const guaranteed = new Set(vouchers.filter((voucher) => proved.has(voucher.purseId)).map((voucher) => VOUCHER + voucher.vid));
  const drawn = postings.filter((row) => row.debit === GUARANTEE_ACCOUNT && !guaranteed.has(row.ref));
  return drawn.map((row) => broken('I6', `${row.ref} draws on the guarantee without a proof`));
}

/** I5. */
function checkVoucher(voucher: AuditedVoucher, byRef: ReadonlyMap<string, readonly JournalRow[]>): Broken[] {
  const { vid, state, amountMinor, reserveMinor, guaranteeMinor } = voucher;
  const paid = foldJournal(byRef.get(VOUCHER + vid) ?? []);
  const paidMinor = reserveMinor + guaranteeMinor;
  const found: Broken[] = [];
  if (!wasPaidAs(voucher, paid)) found.push(broken('I5', `voucher ${vid} is ${state}, its postings say otherwise`));
  if (paidMinor > amountMinor) found.push(broken('I5', `voucher ${vid} of ${amountMinor} was paid ${paidMinor}`));
  const heldRows = byRef.get(HELD + vid) ?? [];
  const letGo = heldRows.some((row) => row.credit === merchantAccount(voucher.merchantId));
  const wasHeld = (paid.get(heldAccount(voucher.merchantId)) ?? 0) !== 0;
  if (state === 'paid' && wasHeld !== letGo) found.push(broken('I5', `voucher ${vid} is paid, but its claim is held`));
  if (state === 'held' && (!wasHeld || heldRows.length > 0)) found.push(broken('I5', `voucher ${vid} is said to be held, but is not`));
  const backMinor = sum([VOID + vid, HELD + vid, REFUND + vid].flatMap((about) => byRef.get(about) ?? []).filter(isGivenBack));
  if (backMinor > paidMinor) found.push(broken('I5', `voucher ${vid} was paid ${paidMinor}, and ${backMinor} given back`));
  const homeMinor = sum((byRef.get(VOID + vid) ?? []).filter((row) => row.debit === reserveAccount(voucher.purseId)));
  if (homeMinor > (state === 'unpaid' ? amountMinor : 0)) found.push(broken('I5', `voucher ${vid} of ${amountMinor} is ${state}, and ${homeMinor} was sent home`));
  if (state === 'returned' && backMinor < paidMinor) found.push(broken('I5', `voucher ${vid} is returned, but only ${backMinor} of ${paidMinor}`));
  return found;
}

function wasPaidAs({ purseId, payerPartyId, merchantId, state, reserveMinor, guaranteeMinor }: AuditedVoucher, paid: ReadonlyMap<string, number>): boolean {
  const moved = (account: string): number => paid.get(account) ?? 0;
  const received = moved(merchantAccount(merchantId)) + moved(heldAccount(merchantId));
  const ours = [reserveAccount(purseId), GUARANTEE_ACCOUNT, merchantAccount(merchantId), heldAccount(merchantId), debtAccount(payerPartyId), GUARANTEE_RECEIVABLE];
  if ([...paid.keys()].some((account) => !ours.includes(account))) return false;
  if (state === 'unpaid') return paid.size === 0 && reserveMinor + guaranteeMinor === 0;
  const fromBoth = moved(reserveAccount(purseId)) === -reserveMinor && moved(GUARANTEE_ACCOUNT) === -guaranteeMinor;
  const owed = moved(debtAccount(payerPartyId)) === -guaranteeMinor && moved(GUARANTEE_RECEIVABLE) === guaranteeMinor;
  return paid.size > 0 && fromBoth && owed && received === reserveMinor + guaranteeMinor;
}

/** A posting about a voucher that nobody knows. */
function checkSubjects(refs: readonly string[], vouchers: readonly AuditedVoucher[]): Broken[] {
  const known = new Set(vouchers.map((voucher) => voucher.vid));
  const about = /^(?:voucher|held|void|refund):([^:]*)/u;
  return refs.filter((ref) => about.test(ref) && !known.has(about.exec(ref)?.[1] ?? '')).map((ref) => broken('I5', `${ref} is posted, but there is no such voucher`));
}

/** Two ledgers that took in the same items in another order: I9 says that nobody's balance differs, where no proof exists. */
export function differingAccounts(one: ReadonlyMap<string, number>, other: ReadonlyMap<string, number>): readonly string[] {
  return [...new Set([...one.keys(), ...other.keys()])].filter((account) => (one.get(account) ?? 0) !== (other.get(account) ?? 0)).sort();
}

/** What a row is about: its ref, and for all refunds of one voucher the same. */
function subjectOf({ ref }: JournalRow): string {
  return ref.startsWith(REFUND) ? ref.slice(0, ref.indexOf(':', REFUND.length)) : ref;
}

/** Out of the merchant's accounts, and not from one of them to another. */
function isGivenBack({ debit, credit }: JournalRow): boolean {
  return debit.startsWith('mer:') && !credit.startsWith('mer:');
}

function reserveOf({ debit, credit }: JournalRow): string | null {
  return debit.startsWith('rsv:') ? debit : credit.startsWith('rsv:') ? credit : null;
}

function sum(rows: readonly JournalRow[]): number {
  return rows.reduce((total, row) => total + row.amountMinor, 0);
}

function broken(invariant: Broken['invariant'], what: string): Broken {
  return { invariant, what };
}
