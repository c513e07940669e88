/** Byte lengths that protocol.md section 4 fixes. */
export const KID_BYTES = 4;
export const POINT_BYTES = 33;
export const COORDINATE_BYTES = 32;
export const SIGNATURE_BYTES = 64;
export const MERCHANT_ID_BYTES = 8;
export const NONCE_BYTES = 12;
export const HASH_BYTES = 16;
/** The payer's device makes 16; a receipt carries the first 8, so that its code stays small. */
export const PAYMENT_ID_BYTES = 16;
export const RECEIPT_ID_BYTES = 8;
export const PURSE_ID_BYTES = 8;
export const REFUND_ID_BYTES = 8;
