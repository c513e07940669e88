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

/**
 * The purse certificate: the issuer says that this device key may spend up to `limMinor` offline, until `expSeconds`.
 * `limMinor` is cumulative over the life of the purse id: a top-up issues a new certificate with a higher one.
 */
export type PurseCert = {
  readonly kid: Kid;
  /** 8 random bytes, made by the wallet. */
  readonly purseId: Bytes;
  /** Null: an open purse, any merchant. Else a tab purse: only these ids of 8 bytes (a merchant's, or a terminal's). */
  readonly audience: null | readonly Bytes[];
  readonly expSeconds: number;
  readonly iatSeconds: number;
  /** Compressed point. Decoding does not ask whether it is on the curve; a verifier says no to one that is not. */
  readonly deviceKey: Bytes;
  readonly ccy: number;
  readonly limMinor: number;
  /** The largest single payment. */
  readonly capMinor: number;
  /** The highest sequence number. */
  readonly maxCount: number;
  /** Its bit in the status list. */
  readonly statusIndex: number;
  /** Payments above this need the passkey's step-up signature; null: none does. */
  readonly uvtMinor: number | null;
  /** The passkey's compressed point. */
  readonly uvKey: Bytes | null;
  readonly bytes: Bytes;
};

/** The compact form of a passkey's assertion over a voucher, protocol.md section 6. */
export type StepUp = {
  /** The authenticator data's flags and counter. */
  readonly flags: number;
  readonly signCount: number;
  /** What ends the client data: 0 and 1 are the two usual endings, else the text itself. */
  readonly suffix: 0 | 1 | string;
  /** r‖s. */
  readonly signature: Bytes;
};

/** A payment out of a purse, signed by the payer's device with no network. */
export type Voucher = {
  readonly cert: PurseCert;
  readonly merchantId: Bytes;
  /** By the payer's clock: informative only. */
  readonly iatSeconds: number;
  readonly invoiceHash: Bytes;
  /** 1, 2, 3... in this purse; each is signed once. */
  readonly seq: number;
  /** Everything this purse has paid, this voucher included. */
  readonly cumMinor: number;
  readonly amountMinor: number;
  /** vid of the voucher before; genesisOf(purseId) for the first. */
  readonly prev: Bytes;
  readonly stepUp: StepUp | null;
  /** hash16 of the Sig_structure: the voucher's id. Never over the signature, which has many valid forms. */
  readonly vid: Bytes;
  readonly bytes: Bytes;
};

/** What a till signs about a voucher, with the terminal key of its merchant certificate. */
type NoteBase = {
  readonly cert: MerchantCert;
  readonly iatSeconds: number;
  readonly vid: Bytes;
  /** hash16 of the Sig_structure: the note's own id. */
  readonly noteId: Bytes;
  readonly bytes: Bytes;
};
/** The till took the voucher in. */
export type AckNote = NoteBase & { readonly kind: 'ack' };
/** The till gives the voucher back before it was uploaded. */
export type VoidNote = NoteBase & { readonly kind: 'void' };
/** The merchant gives money back after acceptance; the server carries it out. */
export type RefundNote = NoteBase & {
  readonly kind: 'refund';
  readonly purseId: Bytes;
  /** 8 bytes: refundIdOf. */
  readonly refundId: Bytes;
  readonly amountMinor: number;
  readonly ccy: number;
};
export type Note = AckNote | VoidNote | RefundNote;

/** Which purses are revoked: one bit for each status index (Token Status List). */
export type StatusList = {
  readonly kid: Kid;
  /** Grows with every list; an older one is refused. */
  readonly seq: number;
  readonly iatSeconds: number;
  /** Where the list lives, as the issuer names it. */
  readonly uri: string;
  /** Bit i of byte j, counted from the lowest, is index 8j + i; set means revoked. */
  readonly bits: Bytes;
  readonly bytes: Bytes;
};

/** merchant: signs merchant certificates; purse: purse certificates; status: the status list. In the order of their numbers in a key set, from 1. */
export const KEY_USES = ['merchant', 'purse', 'receipt', 'status'] as const;
export type KeyUse = (typeof KEY_USES)[number];

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
  /** A claim on a purse may arrive this long after the certificate's expiry: the claim deadline. */
  readonly graceSeconds: number;
  readonly bytes: Bytes;
};

/** What a text turns out to be, before any signature is checked. */
export type ScannedCode =
  | { readonly kind: 'invoice'; readonly invoice: Invoice }
  | { readonly kind: 'receipt'; readonly receipt: Receipt }
  | { readonly kind: 'merchant'; readonly cert: MerchantCert }
  | { readonly kind: 'voucher'; readonly voucher: Voucher }
  | { readonly kind: 'purse'; readonly cert: PurseCert }
  | { readonly kind: 'ack'; readonly note: AckNote }
  | { readonly kind: 'note'; readonly note: VoidNote | RefundNote }
  | { readonly kind: 'emvco'; readonly merchantId: Bytes | null; readonly name: string; readonly amountMinor: number | null; readonly ccy: number };

export type Decoded<T> = Result<T, CodeError>;
