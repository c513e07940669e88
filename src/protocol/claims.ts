/** The integer labels of our COSE headers (RFC 9052), CWT claims (RFC 8392, 8747) and COSE keys (RFC 9053). */
export const HEADER = {
  alg: 1,
  kid: 4,
  /** A certificate with the key that signed (RFC 9528). */
  kcwt: 13,
  type: 16,
  /** The passkey's step-up signature; unprotected, ours, from the private range. */
  stepUp: -65_538,
} as const;
export const ALG_ES256 = -7;
export const CLAIM = {
  sub: 2,
  aud: 3,
  exp: 4,
  iat: 6,
  /** CWT id: the payment's in an order and a receipt, the purse's in its certificate, the refund's in its note. */
  cti: 7,
  cnf: 8,
  /** The nonce that the other party gave: hash16 of the invoice. */
  cnonce: 39,
  statusList: 65_533,
  /** Ours, from the private range. */
  chit: -65_537,
} as const;
export const COSE_KEY = { kty: 1, alg: 3, crv: -1, x: -2, y: -3, ec2: 2, p256: 1 } as const;
