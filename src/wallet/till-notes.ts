/**
 * What a till signs about vouchers that it took: that it has them (ack), that it gives them back (void), that it gives money back
 * (refund). Signed with the device's key under the certificate that names it; then ONE strict write of note, outbox row and what it
 * changes here; only then it is shown. The payer scans it or not: it is sent in any case.
 *
 *   sum of all refunds of a claim, those that wait included <= what was taken for it
 */
import { equalBytes, fromBase64Url, fromHex, toBase64Url, toHex, type Bytes } from '#base/bytes.ts';
import { assert } from '#base/assert.ts';
import { err, ok, type Result } from '#base/result.ts';
import { isWaiting } from '#protocol/claim-state.ts';
import type { ErrorCode } from '#protocol/errors.ts';
import { LIMITS } from '#protocol/limits.ts';
import { compactCode } from '#protocol/link.ts';
import { decodeMerchantCert } from '#protocol/merchant-cert.ts';
import { parseAmount } from '#protocol/money.ts';
import { decodeNote, type NoteFields, signNote } from '#protocol/note.ts';
import type { NoteView } from './api-till.ts';
import { moveClaim } from './claims.ts';
import type { Core } from './core.ts';
import { syncRow } from './outbox.ts';
import type { WalletTx } from './ports.ts';
import { type ClaimRecord, type NoteRecord, RECORD_SCHEMA } from './records.ts';
import { mayRefund, refundableMinor } from './refunds.ts';
import { ownTill } from './till.ts';
import { decimalsOf, vidOf } from './views.ts';
import { write } from './writer.ts';

/** More notes than this cannot be signed under one call: another tab would have to do it in a loop. */
const TRIES = 5;

type Answer = Result<NoteView, ErrorCode>;
type Wish = { readonly kind: 'ack' | 'void' } | { readonly kind: 'refund'; readonly amountMinor: number };
/** What the store says of the sale before anything is signed; asked again in the write. */
type Found = { readonly claim: ClaimRecord; readonly notes: readonly NoteRecord[] };

export function acknowledge(core: Core, saleId: string): Promise<Answer> {
  return sign(core, saleId, { kind: 'ack' });
}

export function voidSale(core: Core, saleId: string): Promise<Answer> {
  return sign(core, saleId, { kind: 'void' });
}

export async function refundSale(core: Core, saleId: string, amountText: string): Promise<Answer> {
  const till = ownTill(core);
  if (!till.ok) return till;
  const amount = parseAmount(amountText, decimalsOf(till.value.ccy));
  return amount.ok ? sign(core, saleId, { kind: 'refund', amountMinor: amount.value }) : amount;
}

async function sign(core: Core, saleId: string, wish: Wish): Promise<Answer> {
  const key = noteKey(core);
  if (!key.ok) return key;
  for (let tries = 0; tries < TRIES; tries++) {
    const signed = await signOnce(core, key.value, saleId, wish);
    if (signed !== 'overtaken') return signed;
  }
  return err('NOT_WRITER');
}

async function signOnce(core: Core, key: NoteKey, saleId: string, wish: Wish): Promise<Answer | 'overtaken'> {
  const found = await core.ports.store.read((tx) => find(tx, saleId));
  if (!found.ok) return found;
  if (found.value === null) return err('SALE_CLOSED');
  const before = check(found.value, wish);
  if (!before.ok) return before;
  const note = before.value ?? (await make(core, key, found.value, wish));
  const kept = await write(core, (tx) => keep(core, tx, saleId, wish, note));
  if (!kept.ok) return kept;
  if (kept.value === 'overtaken') return kept.value;
  core.ring();
  return kept.value.ok ? ok(noteView(kept.value.value)) : kept.value;
}

type NoteKey = { readonly cert: { readonly bytes: Bytes }; sign(message: Bytes): Promise<Bytes> };

/** The certificate must speak for the key that this device has: after a restore it has another. */
function noteKey(core: Core): Result<NoteKey, ErrorCode> {
  const till = ownTill(core);
  if (!till.ok) return till;
  if (till.value.till.noteCertificate === '') return err('MERCHANT_SUSPENDED');
  const { signer } = core.memory;
  const bytes = fromBase64Url(till.value.till.noteCertificate);
  const cert = bytes === null ? null : decodeMerchantCert(bytes);
  if (signer === null || bytes === null || cert === null || !cert.ok) return err('NO_KEY');
  if (cert.value.terminalKey === null || !equalBytes(cert.value.terminalKey, signer.publicKey)) return err('E_SYNC_FIRST');
  if (core.time.nowSeconds() > cert.value.expSeconds) return err('E_CERT_EXPIRED');
  return ok({ cert: { bytes }, sign: (message) => signer.sign(message) });
}

async function find(tx: WalletTx, saleId: string): Promise<Found | null> {
  const sale = await tx.sales.get(saleId);
  const vid = sale === undefined ? null : vidOf(sale);
  const claim = vid === null ? undefined : await tx.claims.get(vid);
  return claim === undefined ? null : { claim, notes: await tx.notes.ofVoucher(claim.id) };
}

/** A note that says the same already, to be shown again; null: one is to be signed. */
function check({ claim, notes }: Found, wish: Wish): Result<NoteRecord | null, ErrorCode> {
  const { state } = claim;
  const same = notes.find((note) => note.kind === wish.kind && note.state.kind !== 'refused');
  switch (wish.kind) {
    case 'ack':
      // First: one that was signed before a void or a refusal is true no longer.
      return state.kind === 'asking' || state.kind === 'rejected' || state.kind === 'voided' ? err('SALE_CLOSED') : ok(same ?? null);
    case 'void':
      if (same !== undefined && state.kind === 'voided') return ok(same);
      if (state.kind === 'rejected') return err('SALE_CLOSED');
      // A refund of what is given back would wait for its voucher for ever.
      return isWaiting(state) && !notes.some(isStanding) ? ok(null) : err('VOID_TOO_LATE');
    case 'refund':
      if (!mayRefund(state)) return err('SALE_CLOSED');
      return wish.amountMinor <= refundableMinor(claim, notes) ? ok(null) : err('REFUND_TOO_MUCH');
  }
}

function isStanding({ kind, state }: NoteRecord): boolean {
  return kind === 'refund' && state.kind !== 'refused';
}

/** Two refunds alike would have one id, which is made from what they say: the second is a second later. */
async function make(core: Core, key: NoteKey, { claim, notes }: Found, wish: Wish): Promise<NoteRecord> {
  const last = notes.at(-1)?.iatSeconds ?? 0;
  const iatSeconds = Math.max(core.time.nowSeconds(), last + 1);
  const [vid, purseId] = [bytesOf(claim.id), bytesOf(claim.purseId)];
  const shared = { cert: key.cert, iatSeconds, vid };
  const fields: NoteFields = wish.kind === 'refund' ? { ...wish, ...shared, purseId, ccy: claim.ccy } : { ...wish, ...shared };
  const note = decodeNote(await signNote(fields, (message) => key.sign(message)));
  assert(note.ok, 'what we sign can be read');
  const amountMinor = wish.kind === 'refund' ? wish.amountMinor : null;
  const { noteId, bytes } = note.value;
  return { schema: RECORD_SCHEMA, id: toHex(noteId), vid: claim.id, kind: wish.kind, amountMinor, iatSeconds, bytes: toBase64Url(bytes), state: { kind: 'signed' } };
}

/** Decided again on what is stored now: a verdict, or another note, may have come while this one was signed. */
async function keep(core: Core, tx: WalletTx, saleId: string, wish: Wish, note: NoteRecord): Promise<Result<NoteRecord, ErrorCode> | 'overtaken'> {
  const found = await find(tx, saleId);
  if (found === null) return err('SALE_CLOSED');
  const now = check(found, wish);
  if (!now.ok) return now;
  if (now.value !== null) return ok(now.value);
  // Another note took this one's second: its signature never leaves this file.
  if (found.notes.some((other) => other.iatSeconds >= note.iatSeconds)) return 'overtaken';
  if ((await tx.outbox.count()) >= LIMITS.outboxRows) return err('TOO_MANY_WAITING');
  await tx.notes.put(note);
  if (wish.kind === 'void') await giveBack(core, tx, found.claim);
  const { claim } = found;
  const invoice = wish.kind === 'ack' ? await invoiceOf(tx, claim) : {};
  await tx.outbox.put(syncRow(core, note.id, { k: wish.kind === 'ack' ? 'A' : 'F', o: note.bytes, ...invoice }));
  return ok(note);
}

/** The voucher is not brought any more: the void undoes it, whoever brings it. */
async function giveBack(core: Core, tx: WalletTx, claim: ClaimRecord): Promise<void> {
  for (const row of await tx.outbox.all()) if (row.recordId === claim.id) await tx.outbox.delete(row.id);
  await moveClaim(tx, claim, { kind: 'void-signed', atMs: core.time.nowMs() });
}

async function invoiceOf(tx: WalletTx, { saleId, invoiceHash }: ClaimRecord): Promise<{ readonly invoice?: string }> {
  const sale = await tx.sales.get(saleId);
  const shown = sale?.invoices.find(({ hash }) => hash === invoiceHash);
  return shown === undefined ? {} : { invoice: shown.bytes };
}

function noteView({ kind, bytes, amountMinor }: NoteRecord): NoteView {
  const note = fromBase64Url(bytes);
  assert(note !== null, 'what we stored can be read');
  return { kind, code: compactCode(kind === 'ack' ? 'ack' : 'note', note), amountMinor };
}

function bytesOf(hex: string): Bytes {
  const bytes = fromHex(hex);
  assert(bytes !== null, 'ids are hexadecimal');
  return bytes;
}
