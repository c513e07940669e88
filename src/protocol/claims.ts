/** The integer labels of our COSE headers (RFC 9052), CWT claims (RFC 8392, 8747) and COSE keys (RFC 9053). */
export const HEADER = { alg: 1, kid: 4 } as const;
export const ALG_ES256 = -7;
export const CLAIM = {
  sub: 2,
  aud: 3,
  exp: 4,
  iat: 6,
  /** CWT id: the payment's, in an order and a receipt. */
  cti: 7,
  cnf: 8,
  /** The nonce that the other party gave: hash16 of the invoice. */
  cnonce: 39,
  /** Ours, from the private range. */
  chit: -65_537,
} as const;
export const COSE_KEY = { kty: 1, crv: -1, x: -2, y: -3, ec2: 2, p256: 1 } as const;
