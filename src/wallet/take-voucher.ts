/**
 * A voucher at the counter:
 *
 *   verify (no transaction) ─► ONE strict write, decided on the books inside it ─► ask the server, shortly ─► what stands then
 *
 *   refused                  nothing is taken; what proves that its payer cheated is kept and sent
 *   accepted                 claim, sale and outbox row
 *   only our own floors      the same, as `asking`, where somebody may answer: no goods until the server says so
 *
 * Nobody hears "accepted" before the server had its chance to refuse: then the sale is open again and nothing is lost. Until it is
 * `queued` by a write of its own, whoever looks sees it being asked for. Killed at any point, the rows are the plan.
 */
import { unreachable } from '#base/assert.ts';
import { toBase64Url, toHex, type Bytes } from '#base/bytes.ts';
import { err, ok, type Result } from '#base/result.ts';
import type { ErrorCode } from '#protocol/errors.ts';
import { LIMITS } from '#protocol/limits.ts';
import type { Voucher } from '#protocol/objects.ts';
import { pursePolicy } from '#protocol/purse-caps.ts';
import { chainLink } from '#protocol/purse-rules.ts';
import { transitionSale } from '#protocol/sale-state.ts';
import { decideAtTill, type TillRefusal, verifyAtTill, type VerifiedVoucher } from '#protocol/till-check.ts';
import type { Taken } from './api-till.ts';
import { mayHold } from './caps-here.ts';
import { type Core, environment } from './core.ts';
import { deliverNow } from './deliver-items.ts';
import { errorCode } from './error-code.ts';
import { withNewerKeys } from './newer-keys.ts';
import { claimItem, syncRow } from './outbox.ts';
import type { WalletTx } from './ports.ts';
import { type OwnClaim, type EvidenceRecord, type OutboxRow, RECORD_SCHEMA, type SaleRecord } from './records.ts';
import { type BooksRead, type Given, readBooks } from './till-books.ts';
import { heldStatusList, storedLists } from './till-lists.ts';
import { tillTrust } from './till-trust.ts';
import type { Till } from './till.ts';
import { learnConfig } from './trust.ts';
import { withClaim } from './views.ts';
import { write } from './writer.ts';

/** What this till may not take by itself, and the server may. */
const OWN_FLOORS: readonly ErrorCode[] = ['E_FLOOR_PURSE', 'E_FLOOR_TOTAL', 'E_SYNC_FIRST', 'TILL_NOT_HERE'];
/** The lists changed between the check and the write as often as this: another tab would have to sync in a loop. */
const TRIES = 3;

type Answer = Result<Taken, ErrorCode>;
/** What the transaction decided. */
type Decided =
  | { readonly kind: 'stored'; readonly row: OutboxRow; readonly vid: string }
  | { readonly kind: 'again'; readonly vid: string }
  | { readonly kind: 'refused'; readonly code: ErrorCode }
  /** Another context brought a newer status list: look at that one. */
  | { readonly kind: 'lists-changed' };
type Genuine = { readonly verified: VerifiedVoucher; readonly merchantId: Bytes };
type Offer = Genuine & { readonly honoured: string | null; readonly mayAsk: boolean };

/** `honoured`: a closed sale that the cashier opens again for this voucher. */
export async function takeVoucher(core: Core, till: Till, bytes: Bytes, honoured: string | null): Promise<Answer> {
  const genuine = await verify(core, till, bytes);
  if (!genuine.ok) return genuine;
  const offer: Offer = { ...genuine.value, honoured, mayAsk: core.memory.connection !== 'offline' };
  const decided = await decide(core, offer);
  // Refused by our own floors with nobody to ask: the last request failed, but this one may not.
  const again = decided.ok && decided.value.kind === 'refused' && isOwnFloor(decided.value.code) && !offer.mayAsk && (await learnConfig(core));
  const final = again ? await decide(core, { ...offer, mayAsk: true }) : decided;
  return final.ok ? answer(core, final.value) : final;
}

async function verify(core: Core, till: Till, bytes: Bytes): Promise<Result<Genuine, ErrorCode>> {
  return withNewerKeys(core, async (): Promise<Result<Genuine, ErrorCode>> => {
    const lists = await storedLists(core);
    if (!lists.ok) return lists;
    const trust = await tillTrust(core, till, lists.value);
    if (trust === null) return err('E_KEYSET');
    const verified = await verifyAtTill(bytes, trust);
    return verified.ok ? ok({ verified: verified.value, merchantId: trust.merchantId }) : verified;
  });
}

async function decide(core: Core, offer: Offer): Promise<Result<Decided, ErrorCode>> {
  const { voucher } = offer.verified;
  const policy = pursePolicy(voucher.cert.ccy);
  if (policy === null) return err('E_CURRENCY');
  for (let tries = 0; tries < TRIES; tries++) {
    const lists = await storedLists(core);
    if (!lists.ok) return lists;
    const statusList = await heldStatusList(core, lists.value);
    const given: Given = { policy, statusList, persisted: environment(core).keeping === 'kept' };
    const decided = await write(core, async (tx): Promise<Decided> => {
      const read = await readBooks(tx, voucher, given, offer.honoured);
      return read.lists.statusSeq === lists.value.statusSeq ? decideInside(core, tx, offer, read) : { kind: 'lists-changed' };
    });
    if (!decided.ok || decided.value.kind !== 'lists-changed') return decided;
  }
  return err('NOT_WRITER');
}

async function decideInside(core: Core, tx: WalletTx, offer: Offer, { books, sale, lists }: BooksRead): Promise<Decided> {
  const { voucher } = offer.verified;
  const vid = toHex(voucher.vid);
  const known = await tx.claims.get(vid);
  // The server's word on this very voucher does not change because it is shown again.
  if (known?.state.kind === 'rejected') return { kind: 'refused', code: errorCode(known.state.code) };
  // Given back, and the payer has the note that says so.
  if (known?.state.kind === 'voided') return { kind: 'refused', code: 'E_INVOICE_CLOSED' };
  const result = decideAtTill(offer.verified, offer, books);
  if (result.ok && result.value.kind === 'again') return { kind: 'again', vid };
  if (!result.ok) await keepEvidence(core, tx, voucher, result);
  const floored = result.ok || isOwnFloor(result.error) ? floorHere(core) : null;
  const refusal = floored ?? (result.ok ? null : result.error);
  const asks = refusal !== null && isOwnFloor(refusal);
  if (refusal !== null && !(asks && offer.mayAsk)) return { kind: 'refused', code: refusal };
  if (sale === null) return { kind: 'refused', code: 'E_INVOICE_UNKNOWN' };
  if ((await tx.outbox.count()) >= LIMITS.outboxRows) return { kind: 'refused', code: 'TOO_MANY_WAITING' };
  return store(core, tx, sale, claimOf(core, voucher, sale.id, lists.statusSeq, asks));
}

/** A browser that will forget what it stores takes nothing by itself: no other floor matters there. */
function floorHere(core: Core): 'TILL_NOT_HERE' | null {
  return mayHold(environment(core).keeping) ? null : 'TILL_NOT_HERE';
}

function isOwnFloor(code: ErrorCode): boolean {
  return OWN_FLOORS.includes(code);
}

async function store(core: Core, tx: WalletTx, sale: SaleRecord, claim: OwnClaim): Promise<Decided> {
  const move = transitionSale(sale.state, { kind: 'taken', vid: claim.id, atMs: claim.acceptedAtMs });
  if (move.kind !== 'moved') return { kind: 'refused', code: 'E_INVOICE_CLOSED' };
  const row = syncRow(core, claim.id, claimItem(sale, claim), attemptMs(core));
  await tx.claims.put(claim);
  await tx.unclaimed.delete(claim.id);
  await tx.sales.put({ ...sale, state: move.state });
  await tx.outbox.put(row);
  return { kind: 'stored', row, vid: claim.id };
}

function claimOf(core: Core, voucher: Voucher, saleId: string, statusSeq: number, asks: boolean): OwnClaim {
  const { cert, invoiceHash } = voucher;
  return {
    schema: RECORD_SCHEMA,
    ...placeOf(voucher),
    saleId,
    kind: cert.audience === null ? 'open' : 'tab',
    ccy: cert.ccy,
    invoiceHash: toHex(invoiceHash),
    acceptedAtMs: core.time.nowMs(),
    listSeq: statusSeq === 0 ? null : statusSeq,
    goods: false,
    payer: null,
    conflicted: false,
    state: { kind: asks ? 'asking' : 'accepted' },
  };
}

function placeOf(voucher: Voucher): Pick<OwnClaim, 'id' | 'purseId' | 'seq' | 'cumMinor' | 'amountMinor' | 'prev' | 'bytes'> {
  const { vid: id, ...place } = chainLink(voucher);
  return { id, ...place, purseId: toHex(voucher.cert.purseId), bytes: toBase64Url(voucher.bytes) };
}

/** Of what the payer did, not of what this till may not do. Once, however often it is shown. */
async function keepEvidence(core: Core, tx: WalletTx, voucher: Voucher, refusal: TillRefusal): Promise<void> {
  const { error: code, evidence } = refusal;
  if (code !== 'E_EQUIVOCATION' && code !== 'E_REVOKED') return;
  const place = placeOf(voucher);
  if ((await tx.evidence.get(place.id)) !== undefined || (await tx.outbox.count()) >= LIMITS.outboxRows) return;
  const otherVid = evidence?.otherVid ?? null;
  const record: EvidenceRecord = { schema: RECORD_SCHEMA, ...place, code, otherVid, atMs: core.time.nowMs() };
  await tx.evidence.put(record);
  await tx.outbox.put(syncRow(core, place.id, { k: 'E', o: place.bytes }));
}

/** With a network that was there a moment ago, the whole budget; else just long enough to see that it is back. */
function attemptMs(core: Core): number {
  return core.memory.connection === 'offline' ? LIMITS.offlineProbeMs : LIMITS.probeTimeoutMs;
}

async function answer(core: Core, decided: Decided): Promise<Answer> {
  switch (decided.kind) {
    case 'refused':
      core.ring();
      return err(decided.code);
    case 'lists-changed':
      return err('NOT_WRITER');
    case 'again':
      // Whoever shows it again waits for an answer: what waits is sent now.
      core.memory.hurried = true;
      core.ring();
      return whatStands(core, decided.vid, true);
    case 'stored':
      await deliverNow(core, decided.row, attemptMs(core));
      return whatStands(core, decided.vid, false);
    default:
      return unreachable(decided);
  }
}

/** Read again: the answer may have come by another way meanwhile. */
async function whatStands(core: Core, vid: string, again: boolean): Promise<Answer> {
  const rows = await core.ports.store.read(async (tx) => {
    const claim = await tx.claims.get(vid);
    const sale = claim === undefined ? undefined : await tx.sales.get(claim.saleId);
    return { claim, shown: sale === undefined ? undefined : await withClaim(tx, sale) };
  });
  if (!rows.ok) return rows;
  const { claim, shown } = rows.value;
  if (claim === undefined || shown === undefined) return err('STORAGE_BROKEN');
  const { state, amountMinor } = claim;
  if (state.kind === 'rejected' && !again) return err(errorCode(state.code));
  const paid = (state.kind === 'settled' || state.kind === 'guaranteed') && state.paidMinor === amountMinor;
  const asking = state.kind === 'asking' || state.kind === 'accepted';
  const outcome = asking ? 'asking' : again ? 'again' : paid ? 'paid' : 'accepted';
  return ok({ outcome, by: 'voucher', sale: shown });
}
