/**
 * May this till, with no network, take this voucher for this charge? protocol.md 5.3, in its order: the first failure wins.
 * In two halves, because signatures cannot be waited for inside a store transaction and books must not be read outside one:
 *
 *   verifyAtTill   steps 1-9 and the passkey's signature: what the code is, whose, and whether it is genuine
 *   decideAtTill   steps 10-17, at once: against this till's own charges and claims, in the transaction that accepts
 *
 * The wallet asks the two itself, its books between them; checkVoucherCode is both in one call, for the tests of the list.
 * Nothing here stores anything: green is shown after the caller's strict commit, never before.
 */
import { equalBytes, toHex, type Bytes } from '#base/bytes.ts';
import { err, ok, type Err, type Ok } from '#base/result.ts';
import { fromBase45 } from './base45.ts';
import type { CodeError } from './errors.ts';
import { LIMITS } from './limits.ts';
import { COMPACT_PREFIX } from './link.ts';
import type { Decoded, Es256Verifier, KeySet, StatusList, Voucher } from './objects.ts';
import { floorsFor, listAgeOf, type PursePolicy } from './purse-caps.ts';
import { checkPurseTime, verifyIssuer } from './purse-cert.ts';
import { beginsPurse, chainLink, checkAgainst, type ChainLink, type Conflict } from './purse-rules.ts';
import { readScannedText } from './scan-text.ts';
import { isRevoked } from './status-list.ts';
import type { StepUpScene } from './step-up.ts';
import { isConfirmed, readVoucher, verifyHolder, voucherOf } from './voucher.ts';

/** Whom the till believes. */
export type TillTrust = {
  readonly deviceSeconds: number;
  /** The newest time that the server has told this till; 0 for none. */
  readonly serverSeconds: number;
  readonly keySet: KeySet;
  readonly verifier: Es256Verifier;
  readonly merchantId: Bytes;
  /** 8-byte ids of this terminal that a tab purse may name beside the merchant's. */
  readonly terminalIds: readonly Bytes[];
  readonly scene: StepUpScene;
};

/** One charge of this terminal. `vid`: the voucher that paid it, if one did. */
export type TillInvoice =
  | { readonly state: 'open'; readonly amountMinor: number; readonly ccy: number }
  | { readonly state: 'closed'; readonly vid: string | null };

/** What the till has written down. */
export type TillBooks = {
  /** By hash in hexadecimal; null: not a charge of this terminal. */
  readonly invoiceOf: (invoiceHash: string) => TillInvoice | null;
  /** Every voucher of this purse that is stored here, refused ones that are evidence included. */
  readonly ofPurse: readonly ChainLink[];
  /** Accepted from open purses and without a verdict: of this purse, and of all. */
  readonly unsyncedOfPurseMinor: number;
  readonly unsyncedMinor: number;
  /** Claims of any purse without a verdict. */
  readonly pending: number;
  readonly policy: PursePolicy;
  readonly statusList: StatusList | null;
  /** The server time at which the server last said: this is my newest list. Null: never. */
  readonly listSeenSeconds: number | null;
  /** The same of the last sync as a whole, key set included. */
  readonly syncSeenSeconds: number | null;
  /** The browser has promised to keep what we store. */
  readonly persisted: boolean;
};

export type TillContext = TillTrust & TillBooks;

/** A genuine voucher. Made by verifyAtTill only. */
export type VerifiedVoucher = { readonly voucher: Voucher; readonly nowSeconds: number; /** By passkey, or it need not be. */ readonly confirmed: boolean };
export type TillAnswer = { readonly kind: 'accept' | 'again'; readonly voucher: Voucher };
/** With E_EQUIVOCATION: the two are evidence, and both are to be kept. */
export type TillRefusal = Err<CodeError> & { readonly evidence?: { readonly voucher: Voucher; readonly otherVid: string; readonly conflict: Conflict } };
export type TillResult = Ok<TillAnswer> | TillRefusal;

/** Step 1, then all others. */
export async function checkVoucherCode(text: string, context: TillContext): Promise<TillResult> {
  const bytes = voucherBytesOf(text);
  return bytes.ok ? checkVoucher(bytes.value, context) : bytes;
}

export async function checkVoucher(bytes: Bytes, context: TillContext): Promise<TillResult> {
  const verified = await verifyAtTill(bytes, context);
  return verified.ok ? decideAtTill(verified.value, context, context) : verified;
}

/** Step 1. Other codes of ours, and foreign ones, say what they are. */
export function voucherBytesOf(text: string): Decoded<Bytes> {
  const trimmed = text.trim();
  if (text.length <= LIMITS.codeTextChars && trimmed.startsWith(COMPACT_PREFIX.voucher)) {
    const bytes = fromBase45(trimmed.slice(COMPACT_PREFIX.voucher.length));
    return bytes === null ? err('E_FORMAT') : ok(bytes);
  }
  const other = readScannedText(text);
  return other.ok ? err('E_WRONG_CODE', { found: other.value.kind }) : other;
}

/** Steps 2 to 9. The passkey's signature is checked here too, and judged at its step. */
export async function verifyAtTill(bytes: Bytes, trust: TillTrust): Promise<Decoded<VerifiedVoucher>> {
  const read = readVoucher(bytes);
  if (!read.ok) return read;
  const parts = read.value;
  const nowSeconds = Math.max(trust.deviceSeconds, trust.serverSeconds);
  const issued = await verifyIssuer(parts.certEnvelope, trust.keySet, nowSeconds, trust.verifier);
  if (!issued.ok) return issued;
  if (!parts.cert.ok) return parts.cert;
  if (trust.serverSeconds - trust.deviceSeconds > LIMITS.clockBehindSeconds) return err('E_CLOCK_BEHIND');
  const timely = checkPurseTime(parts.cert.value, nowSeconds);
  if (!timely.ok) return timely;
  if (!isForUs(timely.value.audience, trust)) return err('E_TAB_OTHER_MERCHANT');
  if (!(await verifyHolder(parts, trust.verifier))) return err('E_VOUCHER_SIG');
  const voucher = voucherOf(parts, bytes);
  return voucher.ok ? ok({ voucher: voucher.value, nowSeconds, confirmed: await isConfirmed(parts, trust.scene, trust.verifier) }) : voucher;
}

/** Steps 10 to 17. `books` as they stand in the transaction that will accept. */
export function decideAtTill({ voucher, nowSeconds, confirmed }: VerifiedVoucher, { merchantId }: Pick<TillTrust, 'merchantId'>, books: TillBooks): TillResult {
  if (!equalBytes(voucher.merchantId, merchantId)) return err('E_MERCHANT');
  const invoice = books.invoiceOf(toHex(voucher.invoiceHash));
  if (invoice === null) return err('E_INVOICE_UNKNOWN');
  if (invoice.state === 'closed') return invoice.vid === toHex(voucher.vid) ? ok({ kind: 'again', voucher }) : err('E_INVOICE_CLOSED');
  if (voucher.amountMinor !== invoice.amountMinor || voucher.cert.ccy !== invoice.ccy) return err('E_AMOUNT');
  const broken = limitsBroken(voucher) ?? doubtful(voucher, confirmed, books.statusList);
  if (broken !== null) return err(broken);
  const against = checkAgainst(chainLink(voucher), books.ofPurse);
  if (against !== null) return { ...err('E_EQUIVOCATION'), evidence: { voucher, otherVid: against.other.vid, conflict: against.conflict } };
  const floor = floorBroken(voucher, nowSeconds, books);
  return floor === null ? ok({ kind: 'accept', voucher }) : err(floor);
}

/** Step 13. */
function limitsBroken(voucher: Voucher): CodeError | null {
  const { cert, amountMinor, cumMinor, seq } = voucher;
  const within = amountMinor <= cert.capMinor && amountMinor <= cumMinor && cumMinor <= cert.limMinor && seq <= cert.maxCount;
  if (!within) return 'E_LIMIT';
  return beginsPurse(chainLink(voucher), cert.purseId) === false ? 'E_CHAIN' : null;
}

/** Steps 14 and 15. */
function doubtful({ cert }: Voucher, confirmed: boolean, statusList: StatusList | null): CodeError | null {
  if (!confirmed) return 'E_UV_REQUIRED';
  return statusList !== null && isRevoked(statusList, cert.statusIndex) ? 'E_REVOKED' : null;
}

/** Step 17. A tab purse's reserve covers all that its only taker takes: it has no floor but what this device can keep. */
function floorBroken({ cert, amountMinor }: Voucher, nowSeconds: number, books: TillBooks): CodeError | null {
  const { policy, pending, persisted } = books;
  const syncAge = ageOf(books.syncSeenSeconds, nowSeconds);
  const tooOld = syncAge === null || syncAge > LIMITS.keySetMaxAgeSeconds;
  const age = listAgeOf(olderOf(ageOf(books.listSeenSeconds, nowSeconds), syncAge));
  const floors = floorsFor(policy, age, persisted);
  const open = cert.audience === null;
  if (open && books.unsyncedOfPurseMinor + amountMinor > floors.perPurseMinor) return 'E_FLOOR_PURSE';
  if (pending >= floors.pending || (open && books.unsyncedMinor + amountMinor > floors.totalMinor)) return 'E_FLOOR_TOTAL';
  if (!open) return tooOld ? 'E_SYNC_FIRST' : null;
  return tooOld || age === 'stale' || books.statusList === null ? 'E_SYNC_FIRST' : null;
}

function ageOf(seenSeconds: number | null, nowSeconds: number): number | null {
  return seenSeconds === null ? null : nowSeconds - seenSeconds;
}

function olderOf(one: number | null, other: number | null): number | null {
  return one === null || other === null ? null : Math.max(one, other);
}

/** Step 8. */
function isForUs(audience: readonly Bytes[] | null, { merchantId, terminalIds }: TillTrust): boolean {
  return audience === null || audience.some((id) => [merchantId, ...terminalIds].some((ours) => equalBytes(id, ours)));
}
