/**
 * COSE_Sign1 (RFC 9052), untagged, external_aad empty, ES256 only. Reading an envelope checks no signature: a decoded object
 * is only what somebody claims until its verify function has said yes.
 *
 * ECDSA signatures are malleable and random: (r, n - s) verifies as well as (r, s). Both are taken, and therefore no id is
 * ever made from a signature or from bytes that contain one, except an order's digest, which only ties one confirmation to
 * one text.
 */
import { assert } from '#base/assert.ts';
import type { Bytes } from '#base/bytes.ts';
import { err, ok } from '#base/result.ts';
import { decodeCbor, encodeCbor, type CborMap, type CborValue } from './cbor.ts';
import { ALG_ES256, HEADER } from './claims.ts';
import type { Decoded, Kid } from './objects.ts';
import { isBytes, isList, isMap } from './shape.ts';
import { KID_BYTES, SIGNATURE_BYTES } from './sizes.ts';

export type Sign1 = {
  readonly protectedBytes: Bytes;
  /** The protected header. */
  readonly header: CborMap;
  /** False: any other algorithm. Everything that reads an object answers E_ALG then. */
  readonly es256: boolean;
  /** Null where the header names its key in another way. */
  readonly kid: Kid | null;
  readonly unprotected: CborMap;
  readonly payload: Bytes;
  readonly signature: Bytes;
  /** What the signature is over. */
  readonly signedMessage: Bytes;
};

/** The Sig_structure: what is signed. */
export function sigStructure(protectedBytes: Bytes, payload: Bytes): Bytes {
  return encodeCbor(['Signature1', protectedBytes, new Uint8Array(0), payload]);
}

export function encodeSign1(protectedBytes: Bytes, payload: Bytes, signature: Bytes, unprotected: CborMap = new Map()): Bytes {
  assert(signature.length === SIGNATURE_BYTES, 'an ES256 signature is 64 bytes');
  return encodeCbor([protectedBytes, unprotected, payload, signature]);
}

export function decodeSign1(bytes: Bytes): Decoded<Sign1> {
  const value = decodeCbor(bytes);
  return value === null ? err('E_FORMAT') : readSign1(value);
}

/** The same of an item that is already decoded, as the certificate inside an invoice is. */
export function readSign1(value: CborValue): Decoded<Sign1> {
  const sign1 = readSign1OfAnyAlg(value);
  return sign1.ok && !sign1.value.es256 ? err('E_ALG') : sign1;
}

/** For objects inside objects, where every shape is asked before any algorithm is. */
export function readSign1OfAnyAlg(value: CborValue): Decoded<Sign1> {
  if (!isList(value) || value.length !== 4) return err('E_FORMAT');
  const [protectedBytes, unprotected, payload, signature] = value;
  if (!(protectedBytes instanceof Uint8Array) || !(payload instanceof Uint8Array)) return err('E_FORMAT');
  if (!isMap(unprotected) || !isBytes(signature, SIGNATURE_BYTES)) return err('E_FORMAT');
  const header = decodeCbor(protectedBytes);
  if (header === null || !isMap(header) || !header.has(HEADER.alg)) return err('E_FORMAT');
  const kid = header.get(HEADER.kid);
  if (kid !== undefined && !isBytes(kid, KID_BYTES)) return err('E_FORMAT');
  const signedMessage = sigStructure(protectedBytes, payload);
  const es256 = header.get(HEADER.alg) === ALG_ES256;
  return ok({ protectedBytes, header, es256, kid: kid ?? null, unprotected, payload, signature, signedMessage });
}
