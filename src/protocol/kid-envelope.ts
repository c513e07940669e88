/**
 * The envelope that certificates, orders, receipts and key sets share: a COSE_Sign1 whose protected header is exactly
 * {1: -7, 4: kid} and whose unprotected header is empty. Objects whose header carries a certificate: cert-envelope.ts.
 */
import { assert } from '#base/assert.ts';
import type { Bytes } from '#base/bytes.ts';
import { err, ok } from '#base/result.ts';
import { decodeCbor, encodeCbor, type CborMap, type CborValue } from './cbor.ts';
import { ALG_ES256, HEADER } from './claims.ts';
import { decodeSign1, encodeSign1, readSign1, sigStructure, type Sign1 } from './cose.ts';
import type { Decoded, Es256Verifier, IssuerKey, KeySet, KeyUse, Kid } from './objects.ts';
import { isMapOf } from './shape.ts';
import { KID_BYTES } from './sizes.ts';

export type KidEnvelope = { readonly kid: Kid; readonly claims: CborValue; readonly signature: Bytes; readonly signedMessage: Bytes };
export type Sign = (message: Bytes) => Promise<Bytes>;

export async function signClaims(kid: Kid, claims: CborMap, sign: Sign): Promise<Bytes> {
  assert(kid.length === KID_BYTES, 'a kid is 4 bytes');
  const protectedBytes = encodeCbor(new Map<number, CborValue>([[HEADER.alg, ALG_ES256], [HEADER.kid, kid]]));
  const payload = encodeCbor(claims);
  return encodeSign1(protectedBytes, payload, await sign(sigStructure(protectedBytes, payload)));
}

export function decodeKidEnvelope(bytes: Bytes): Decoded<KidEnvelope> {
  return fromSign1(decodeSign1(bytes));
}

export function readKidEnvelope(value: CborValue): Decoded<KidEnvelope> {
  return fromSign1(readSign1(value));
}

function fromSign1(sign1: Decoded<Sign1>): Decoded<KidEnvelope> {
  return sign1.ok ? kidEnvelopeOf(sign1.value) : sign1;
}

/** Asks no algorithm: that was, or will be, the caller's question. */
export function kidEnvelopeOf(sign1: Sign1): Decoded<KidEnvelope> {
  const { header, kid, unprotected, payload, signature, signedMessage } = sign1;
  if (kid === null || !isMapOf(header, [HEADER.alg, HEADER.kid]) || unprotected.size !== 0) return err('E_FORMAT');
  const claims = decodeCbor(payload);
  return claims === null ? err('E_FORMAT') : ok({ kid, claims, signature, signedMessage });
}

/** The keys that may have signed: same kid, right use, valid at that time. More than one is possible: a kid is 4 bytes. */
export function candidateKeys(keySet: KeySet, kid: Kid, use: KeyUse, atSeconds: number): readonly IssuerKey[] {
  return keySet.keys.filter(
    (key) =>
      key.kid.every((byte, index) => byte === kid[index]) &&
      key.uses.includes(use) &&
      key.notBeforeSeconds <= atSeconds &&
      atSeconds <= key.notAfterSeconds,
  );
}

export async function signedByAny(
  keys: readonly IssuerKey[],
  envelope: Pick<KidEnvelope, 'signedMessage' | 'signature'>,
  verifier: Es256Verifier,
): Promise<boolean> {
  for (const key of keys) {
    if (await verifier.verify(key.publicKey, envelope.signedMessage, envelope.signature)) return true;
  }
  return false;
}
