/**
 * What a till signs about a voucher: that it took it in (ack), that it gives it back before upload (void), that it gives money
 * back after (refund). protocol.md sections 4 and 5.7. Signed with the terminal key that the merchant certificate speaks for.
 * Whether the voucher exists and how much may still be refunded, the ledger asks.
 */
import { assert } from '#base/assert.ts';
import { concat, toHex, utf8, type Bytes } from '#base/bytes.ts';
import { err, ok } from '#base/result.ts';
import { encodeCbor, type CborMap, type CborValue } from './cbor.ts';
import { decodeCertEnvelope, signWithCert, withCert, type CertEnvelope } from './cert-envelope.ts';
import { CLAIM } from './claims.ts';
import { candidateKeys, signedByAny, type Sign } from './kid-envelope.ts';
import { LIMITS } from './limits.ts';
import { decodeMerchantCert } from './merchant-cert.ts';
import type { AckNote, Decoded, Es256Verifier, KeySet, MerchantCert, Note, RefundNote, VoidNote } from './objects.ts';
import { hash16, sha256 } from './sha256.ts';
import { isBytes, isList, isMapOf, isUint } from './shape.ts';
import { HASH_BYTES, PURSE_ID_BYTES, REFUND_ID_BYTES } from './sizes.ts';

const WORD = 1;
const REFUND = 2;
const STATUS = { void: 0, ack: 1 } as const;
const REFUND_TAG = utf8('OP1-refund');

type Signed<N extends Note> = Omit<N, 'cert' | 'noteId' | 'bytes'> & { readonly cert: Pick<MerchantCert, 'bytes'> };
export type NoteFields = Signed<AckNote> | Signed<VoidNote> | Omit<Signed<RefundNote>, 'refundId'>;

/** Content-derived: the same refund, written again after a crash, has the same id. A second refund alike is a second later. */
export function refundIdOf(refund: Pick<RefundNote, 'vid' | 'iatSeconds' | 'amountMinor' | 'ccy'>): Bytes {
  const content = encodeCbor([refund.vid, refund.iatSeconds, refund.amountMinor, refund.ccy]);
  return sha256(concat(REFUND_TAG, content)).slice(0, REFUND_ID_BYTES);
}

/** `sign` signs with the terminal key in `fields.cert`. */
export function signNote(fields: NoteFields, sign: Sign): Promise<Bytes> {
  assert(fields.vid.length === HASH_BYTES, 'a note is about one voucher');
  const cert = decodeMerchantCert(fields.cert.bytes);
  assert(cert.ok && cert.value.terminalKey !== null, 'a note carries a certificate with a terminal key');
  return signWithCert(withCert(fields.cert.bytes, noteClaims(fields)), sign);
}

/** Shape only. */
export function decodeNote(bytes: Bytes): Decoded<Note> {
  const envelope = decodeCertEnvelope(bytes);
  return envelope.ok ? fromEnvelope(envelope.value, bytes) : envelope;
}

/**
 * The certificate must have been good when the note was written: a note outlives it, as a receipt outlives its key. A note
 * from the future means that one of the two clocks is wrong.
 */
export async function verifyNote(note: Pick<Note, 'bytes'>, keySet: KeySet, nowSeconds: number, verifier: Es256Verifier): Promise<Decoded<Note>> {
  const envelope = decodeCertEnvelope(note.bytes);
  if (!envelope.ok) return envelope;
  const read = fromEnvelope(envelope.value, note.bytes);
  if (!read.ok) return read;
  const { cert, iatSeconds } = read.value;
  const keys = candidateKeys(keySet, envelope.value.cert.kid, 'merchant', iatSeconds);
  if (keys.length === 0) return err('E_ISSUER');
  if (!(await signedByAny(keys, envelope.value.cert, verifier))) return err('E_CERT_SIG');
  if (iatSeconds > cert.expSeconds) return err('E_CERT_EXPIRED');
  const { terminalKey } = cert;
  const signed = terminalKey !== null && (await verifier.verify(terminalKey, envelope.value.signedMessage, envelope.value.signature));
  if (!signed) return err('E_NOTE_SIG');
  return iatSeconds > nowSeconds + LIMITS.clockAheadSeconds ? err('E_INVOICE_FUTURE') : read;
}

function noteClaims(fields: NoteFields): CborMap {
  assert(Number.isSafeInteger(fields.iatSeconds) && fields.iatSeconds >= 0, 'claims are unsigned');
  const claims = new Map<number, CborValue>([[CLAIM.iat, fields.iatSeconds]]);
  if (fields.kind !== 'refund') return claims.set(CLAIM.chit, [WORD, fields.vid, STATUS[fields.kind]]);
  const { purseId, vid, amountMinor, ccy } = fields;
  assert(purseId.length === PURSE_ID_BYTES, `a purse id is 8 bytes, not ${toHex(purseId)}`);
  assert(Number.isSafeInteger(amountMinor) && amountMinor > 0 && Number.isSafeInteger(ccy) && ccy >= 0, 'a refund moves something');
  return claims.set(CLAIM.sub, purseId).set(CLAIM.cti, refundIdOf(fields)).set(CLAIM.chit, [REFUND, vid, amountMinor, ccy]);
}

function fromEnvelope(envelope: CertEnvelope, bytes: Bytes): Decoded<Note> {
  const { claims, unprotected } = envelope;
  if (!isMapOf(claims, [CLAIM.iat, CLAIM.chit], [CLAIM.sub, CLAIM.cti]) || unprotected.size !== 0) return err('E_FORMAT');
  const iatSeconds = claims.get(CLAIM.iat);
  const chit = claims.get(CLAIM.chit);
  const cert = decodeMerchantCert(envelope.certBytes);
  if (!isUint(iatSeconds) || !isList(chit)) return err('E_FORMAT');
  if (!envelope.es256) return err('E_ALG');
  if (!cert.ok) return cert;
  if (cert.value.terminalKey === null) return err('E_FORMAT');
  const said = chit[0] === REFUND ? readRefund(claims, chit) : readWord(claims, chit);
  if (said === null) return err('E_FORMAT');
  return ok({ ...said, cert: cert.value, iatSeconds, noteId: hash16(envelope.signedMessage), bytes: bytes.slice() });
}

type Said<N extends Note> = Omit<N, 'cert' | 'iatSeconds' | 'noteId' | 'bytes'>;

function readWord(claims: CborMap, chit: readonly CborValue[]): Said<AckNote> | Said<VoidNote> | null {
  const [word, vid, status] = chit;
  if (claims.size !== 2 || word !== WORD || chit.length !== 3 || !isBytes(vid, HASH_BYTES)) return null;
  if (status === STATUS.ack) return { kind: 'ack', vid };
  return status === STATUS.void ? { kind: 'void', vid } : null;
}

function readRefund(claims: CborMap, chit: readonly CborValue[]): Said<RefundNote> | null {
  const purseId = claims.get(CLAIM.sub);
  const refundId = claims.get(CLAIM.cti);
  const [, vid, amountMinor, ccy] = chit;
  if (chit.length !== 4 || !isBytes(purseId, PURSE_ID_BYTES) || !isBytes(refundId, REFUND_ID_BYTES)) return null;
  if (!isBytes(vid, HASH_BYTES) || !isUint(amountMinor) || amountMinor === 0 || !isUint(ccy)) return null;
  return { kind: 'refund', purseId, refundId, vid, amountMinor, ccy };
}
