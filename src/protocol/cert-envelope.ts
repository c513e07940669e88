/**
 * The envelope of objects whose signer brings the certificate of its key: a COSE_Sign1 whose protected header is exactly
 * {1: -7, 13: certificate} (kcwt, RFC 9528; the shape of an SD-CWT key binding token). The certificate is a kid envelope.
 * It asks for every shape first and for the algorithms after, in the order of protocol.md 5.3.
 */
import { assert } from '#base/assert.ts';
import type { Bytes } from '#base/bytes.ts';
import { err, ok } from '#base/result.ts';
import { decodeCbor, encodeCbor, type CborMap, type CborValue } from './cbor.ts';
import { ALG_ES256, HEADER } from './claims.ts';
import { encodeSign1, readSign1OfAnyAlg, sigStructure, type Sign1 } from './cose.ts';
import { kidEnvelopeOf, type KidEnvelope, type Sign } from './kid-envelope.ts';
import type { Decoded } from './objects.ts';
import { isMapOf } from './shape.ts';

export type CertEnvelope = {
  readonly cert: KidEnvelope;
  /** The certificate as it stands in the header. */
  readonly certBytes: Bytes;
  readonly claims: CborValue;
  readonly unprotected: CborMap;
  readonly signature: Bytes;
  readonly signedMessage: Bytes;
  /** Both algorithms are ES256. Whoever reads an object answers E_ALG otherwise, once its claims have their shape. */
  readonly es256: boolean;
};

export type Unsigned = { readonly protectedBytes: Bytes; readonly payload: Bytes; /** The Sig_structure. */ readonly message: Bytes };

/** A map of two, 1, -7, 13: what is before the certificate in the header's only encoding. */
const BEFORE_CERT = 4;

export function withCert(certBytes: Bytes, claims: CborMap): Unsigned {
  const cert = decodeCbor(certBytes);
  assert(cert !== null, 'an object carries a whole certificate');
  const protectedBytes = encodeCbor(new Map<number, CborValue>([[HEADER.alg, ALG_ES256], [HEADER.kcwt, cert]]));
  const payload = encodeCbor(claims);
  return { protectedBytes, payload, message: sigStructure(protectedBytes, payload) };
}

export async function signWithCert(unsigned: Unsigned, sign: Sign, unprotected: CborMap = new Map()): Promise<Bytes> {
  const { protectedBytes, payload, message } = unsigned;
  return encodeSign1(protectedBytes, payload, await sign(message), unprotected);
}

export function decodeCertEnvelope(bytes: Bytes): Decoded<CertEnvelope> {
  const value = decodeCbor(bytes);
  const outer = value === null ? err('E_FORMAT') : readSign1OfAnyAlg(value);
  if (!outer.ok) return outer;
  const inner = readCert(outer.value);
  if (!inner.ok) return inner;
  const cert = kidEnvelopeOf(inner.value);
  if (!cert.ok) return cert;
  const { protectedBytes, unprotected, payload, signature, signedMessage } = outer.value;
  const claims = decodeCbor(payload);
  if (claims === null) return err('E_FORMAT');
  const es256 = outer.value.es256 && inner.value.es256;
  return ok({ cert: cert.value, certBytes: protectedBytes.slice(BEFORE_CERT), claims, unprotected, signature, signedMessage, es256 });
}

function readCert({ header }: Sign1): Decoded<Sign1> {
  const cert = header.get(HEADER.kcwt);
  return cert === undefined || !isMapOf(header, [HEADER.alg, HEADER.kcwt]) ? err('E_FORMAT') : readSign1OfAnyAlg(cert);
}
