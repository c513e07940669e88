/**
 * The voucher: a payment that the payer's device signs with no network, out of the purse whose certificate it carries.
 * protocol.md section 4. Its id is a hash of what was signed and never of the signature: (r, n - s) signs the same voucher.
 * Whether a till may take it, till-check.ts asks; whether two of them contradict each other, purse-rules.ts.
 */
import { assert } from '#base/assert.ts';
import { concat, utf8, type Bytes } from '#base/bytes.ts';
import { err, ok } from '#base/result.ts';
import type { CborMap, CborValue } from './cbor.ts';
import { decodeCertEnvelope, signWithCert, withCert, type Unsigned } from './cert-envelope.ts';
import { CLAIM, HEADER } from './claims.ts';
import type { KidEnvelope, Sign } from './kid-envelope.ts';
import type { Decoded, Es256Verifier, KeySet, PurseCert, StepUp, Voucher } from './objects.ts';
import { readPurseCert, verifyIssuer } from './purse-cert.ts';
import { hash16, sha256 } from './sha256.ts';
import { isBytes, isList, isMapOf, isUint } from './shape.ts';
import { HASH_BYTES, MERCHANT_ID_BYTES, PURSE_ID_BYTES } from './sizes.ts';
import { readStepUp, stepUpItem, verifyStepUp, type StepUpScene } from './step-up.ts';

const GENESIS = utf8('OP1-genesis');

export type VoucherClaims = Omit<Voucher, 'cert' | 'stepUp' | 'vid' | 'bytes'>;
export type VoucherFields = VoucherClaims & { readonly cert: Pick<PurseCert, 'bytes'> };

/** A voucher before its signatures. */
export type VoucherDraft = Unsigned & {
  readonly vid: Bytes;
  /** What a passkey signs for the step-up: SHA-256 of the message. */
  readonly challenge: Bytes;
};

/** A voucher's parts, read once. Nothing is proved yet. */
export type VoucherParts = {
  readonly claims: VoucherClaims;
  readonly stepUp: StepUp | null;
  /** An error here is E_VERSION: the envelope can still be verified. */
  readonly cert: Decoded<PurseCert>;
  readonly certEnvelope: KidEnvelope;
  readonly signature: Bytes;
  readonly signedMessage: Bytes;
  readonly vid: Bytes;
  readonly challenge: Bytes;
};

/** What the first voucher of a purse names as the one before it. */
export function genesisOf(purseId: Bytes): Bytes {
  assert(purseId.length === PURSE_ID_BYTES, 'a purse id is 8 bytes');
  return hash16(concat(GENESIS, purseId));
}

/** The id of a voucher with this Sig_structure. */
export function vidOf(signedMessage: Bytes): Bytes {
  return hash16(signedMessage);
}

export function draftVoucher(fields: VoucherFields): VoucherDraft {
  const { merchantId, iatSeconds, invoiceHash, seq, cumMinor, amountMinor, prev } = fields;
  assert(merchantId.length === MERCHANT_ID_BYTES && invoiceHash.length === HASH_BYTES && prev.length === HASH_BYTES, 'ids have their lengths');
  assert([iatSeconds, seq, cumMinor, amountMinor].every((number) => Number.isSafeInteger(number) && number >= 0), 'claims are unsigned');
  const claims = new Map<number, CborValue>([
    [CLAIM.aud, merchantId],
    [CLAIM.iat, iatSeconds],
    [CLAIM.cnonce, invoiceHash],
    [CLAIM.chit, [seq, cumMinor, amountMinor, prev]],
  ]);
  const unsigned = withCert(fields.cert.bytes, claims);
  const challenge = sha256(unsigned.message);
  return { ...unsigned, challenge, vid: challenge.slice(0, HASH_BYTES) };
}

/** `sign` signs with the device key of the purse. */
export function signVoucher(draft: VoucherDraft, sign: Sign, stepUp: StepUp | null = null): Promise<Bytes> {
  return signWithCert(draft, sign, stepUp === null ? new Map() : new Map([[HEADER.stepUp, stepUpItem(stepUp)]]));
}

/** Shape only. */
export function decodeVoucher(bytes: Bytes): Decoded<Voucher> {
  const parts = readVoucher(bytes);
  return parts.ok ? voucherOf(parts.value, bytes) : parts;
}

/** For whoever verifies: everything out of the bytes, once. */
export function readVoucher(bytes: Bytes): Decoded<VoucherParts> {
  const envelope = decodeCertEnvelope(bytes);
  if (!envelope.ok) return envelope;
  const { cert: certEnvelope, certBytes, unprotected, signature, signedMessage, es256 } = envelope.value;
  const cert = readPurseCert(certEnvelope, certBytes);
  if (!cert.ok && cert.error !== 'E_VERSION') return cert;
  const claims = readClaims(envelope.value.claims);
  const stepUp = readUnprotected(unprotected);
  if (claims === null || stepUp === 'broken') return err('E_FORMAT');
  // Outside the signature, and nobody could check it: not ours.
  if (stepUp !== null && cert.ok && cert.value.uvKey === null) return err('E_FORMAT');
  if (!es256) return err('E_ALG');
  const challenge = sha256(signedMessage);
  return ok({ claims, stepUp, cert, certEnvelope, signature, signedMessage, challenge, vid: challenge.slice(0, HASH_BYTES) });
}

export function voucherOf({ claims, cert, stepUp, vid }: VoucherParts, bytes: Bytes): Decoded<Voucher> {
  return cert.ok ? ok({ ...claims, cert: cert.value, stepUp, vid, bytes: bytes.slice() }) : cert;
}

/**
 * Is it genuine: for the server, and for anyone who looks at evidence later. The issuer's key must have been valid when the
 * certificate was made, not today. What the purse may pay is not asked here, and the passkey's word only where a scene is given.
 */
export async function verifyVoucher(
  voucher: Pick<Voucher, 'bytes'>,
  keySet: KeySet,
  verifier: Es256Verifier,
  scene: StepUpScene | null = null,
): Promise<Decoded<Voucher>> {
  const parts = readVoucher(voucher.bytes);
  if (!parts.ok) return parts;
  const genuine = await verifyParts(parts.value, keySet, verifier);
  if (!genuine.ok) return genuine;
  if (scene !== null && !(await isConfirmed(parts.value, scene, verifier))) return err('E_UV_REQUIRED');
  return voucherOf(parts.value, voucher.bytes);
}

/** The same of one that was read already, without the passkey's word. */
export async function verifyParts(parts: VoucherParts, keySet: KeySet, verifier: Es256Verifier): Promise<Decoded<true>> {
  const { cert, certEnvelope } = parts;
  if (!cert.ok) return cert;
  const issued = await verifyIssuer(certEnvelope, keySet, cert.value.iatSeconds, verifier);
  if (!issued.ok) return issued;
  return (await verifyHolder(parts, verifier)) ? ok(true) : err('E_VOUCHER_SIG');
}

/** Step 9 of protocol.md 5.3: the key that the certificate speaks for has signed. */
export async function verifyHolder({ cert, signedMessage, signature }: VoucherParts, verifier: Es256Verifier): Promise<boolean> {
  return cert.ok && (await verifier.verify(cert.value.deviceKey, signedMessage, signature));
}

/** Step 14: above the threshold a passkey must have confirmed it. One that is there and is wrong confirms nothing at any amount. */
export async function isConfirmed({ cert, claims, stepUp, challenge }: VoucherParts, scene: StepUpScene, verifier: Es256Verifier): Promise<boolean> {
  if (!cert.ok) return false;
  const { uvtMinor, uvKey } = cert.value;
  if (stepUp === null) return uvtMinor === null || claims.amountMinor <= uvtMinor;
  return uvKey !== null && verifyStepUp(stepUp, challenge, uvKey, scene, verifier);
}

function readClaims(claims: CborValue): VoucherClaims | null {
  if (!isMapOf(claims, [CLAIM.aud, CLAIM.iat, CLAIM.cnonce, CLAIM.chit])) return null;
  const merchantId = claims.get(CLAIM.aud);
  const iatSeconds = claims.get(CLAIM.iat);
  const invoiceHash = claims.get(CLAIM.cnonce);
  const chit = claims.get(CLAIM.chit);
  if (!isBytes(merchantId, MERCHANT_ID_BYTES) || !isUint(iatSeconds) || !isBytes(invoiceHash, HASH_BYTES) || !isList(chit)) return null;
  const [seq, cumMinor, amountMinor, prev] = chit;
  if (chit.length !== 4 || !isUint(seq) || !isUint(cumMinor) || !isUint(amountMinor) || !isBytes(prev, HASH_BYTES)) return null;
  return { merchantId, iatSeconds, invoiceHash, seq, cumMinor, amountMinor, prev };
}

function readUnprotected(unprotected: CborMap): StepUp | null | 'broken' {
  if (!isMapOf(unprotected, [], [HEADER.stepUp])) return 'broken';
  const item = unprotected.get(HEADER.stepUp);
  return item === undefined ? null : (readStepUp(item) ?? 'broken');
}
