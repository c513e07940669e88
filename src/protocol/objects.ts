/** The objects of protocol.md section 4 as values. Codecs live in the file of the same name as the object. */
import type { Bytes } from '#base/bytes.ts';
import type { Result } from '#base/result.ts';
import type { CodeError } from './errors.ts';

/** Checks ES256 signatures (RFC 9053). Given, because WebCrypto is the browser's and node:crypto the server's. */
export interface Es256Verifier {
  /** publicKey: compressed point, 33 bytes. signature: r‖s, 64 bytes. Never throws: a bad key or signature is false. */
  verify(publicKey: Bytes, message: Bytes, signature: Bytes): Promise<boolean>;
}

/** Makes ES256 signatures with one key that stays where it is. */
export interface Es256Signer {
  /** Compressed point, 33 bytes. */
  readonly publicKey: Bytes;
  sign(message: Bytes): Promise<Bytes>;
}

/** First 4 bytes of SHA-256 of the compressed public key. Not unique: a verifier tries every key that has it. */
export type Kid = Bytes;

export type MerchantCert = {
  readonly kid: Kid;
  /** 8 bytes. */
  readonly merchantId: Bytes;
  readonly expSeconds: number;
  readonly name: string;
  readonly ccy: number;
  readonly statusIndex: number;
  /** Compressed point; needed only for acknowledgement, void and refund. */
  readonly terminalKey: Bytes | null;
  /** The encoded COSE_Sign1, exactly as received. */
  readonly bytes: Bytes;
};

export type Invoice = {
  readonly terminal: number;
  /** 12 bytes; one sale keeps its nonce when its code is renewed. */
  readonly nonce: Bytes;
  readonly amountMinor: number;
  readonly ccy: number;
  readonly iatSeconds: number;
  readonly ttlSeconds: number;
  readonly merchant: { readonly kind: 'cert'; readonly cert: MerchantCert } | { readonly kind: 'id'; readonly merchantId: Bytes };
  /** The encoded invoice, exactly as received. */
  readonly bytes: Bytes;
  /** hash16 of bytes. */
  readonly hash: Bytes;
};

/**
 * The payer's order of an online payment: what the payer's device signs. Not part of protocol.md's QR objects; it follows
 * the receipt's shape: COSE_Sign1{4: kid of the device key}{3: merchant id, 6: iat, 7: payment id(16), 39: hash16(invoice), -65537: [1, amt, ccy]}.
 */
export type Order = {
  readonly kid: Kid;
  readonly merchantId: Bytes;
  readonly iatSeconds: number;
  /** 16 random bytes, made by the payer's device before anything is sent. The receipt carries its first 8. */
  readonly paymentId: Bytes;
  readonly invoiceHash: Bytes;
  readonly amountMinor: number;
  readonly ccy: number;
  readonly bytes: Bytes;
};

export type Receipt = {
  readonly kid: Kid;
  readonly merchantId: Bytes;
  readonly iatSeconds: number;
  /** 8 bytes: the start of the payment id. */
  readonly paymentId: Bytes;
  readonly invoiceHash: Bytes;
  readonly amountMinor: number;
  readonly ccy: number;
  readonly bytes: Bytes;
};

/** merchant: signs merchant certificates. purse and status come with the offline purse. */
export type KeyUse = 'merchant' | 'purse' | 'receipt' | 'status';

export type IssuerKey = {
  readonly kid: Kid;
  readonly publicKey: Bytes;
  readonly uses: readonly KeyUse[];
  readonly notBeforeSeconds: number;
  readonly notAfterSeconds: number;
};

export type KeySet = {
  /** Grows with every key set that the root signs; an older one is refused. */
  readonly seq: number;
  readonly iatSeconds: number;
  readonly keys: readonly IssuerKey[];
  readonly bytes: Bytes;
};

/** What a text turns out to be, before any signature is checked. */
export type ScannedCode =
  | { readonly kind: 'invoice'; readonly invoice: Invoice }
  | { readonly kind: 'receipt'; readonly receipt: Receipt }
  | { readonly kind: 'merchant'; readonly cert: MerchantCert }
  | { readonly kind: 'emvco'; readonly merchantId: Bytes | null; readonly name: string; readonly amountMinor: number | null; readonly ccy: number };

export type Decoded<T> = Result<T, CodeError>;
