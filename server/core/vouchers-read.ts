/** Reads and verifies one voucher before any transaction is opened. Nothing here is stored: a code that is not genuine has no id to trust. */
import { toBase64Url, toHex, type Bytes } from '#base/bytes.ts';
import type { Es256Verifier, KeySet, Voucher } from '#protocol/objects.ts';
import { needsStepUp } from '#protocol/purse-caps.ts';
import { beginsPurse, chainLink, type ChainLink } from '#protocol/purse-rules.ts';
import type { StepUpScene } from '#protocol/step-up.ts';
import { isConfirmed, readVoucher, verifyParts, voucherOf, type VoucherParts } from '#protocol/voucher.ts';

/** What a genuine voucher says. Ids in hexadecimal, as rows keep them. */
export type VoucherClaim = {
  readonly link: ChainLink;
  readonly purseId: string;
  /** base64url */
  readonly deviceKey: string;
  readonly merchantId: string;
  readonly invoiceHash: string;
  readonly ccy: number;
  /** Whose tab; null for an open purse. */
  readonly audience: readonly string[] | null;
  readonly expMs: number;
  /** How many its own certificate allows. A restored server's row may have forgotten a renewal that allowed more. */
  readonly maxCount: number;
  /** Its own certificate allows it: caps, limit, count, and the first one begins its purse. */
  readonly withinLimits: boolean;
  /** base64url */
  readonly bytes: string;
};

export type ReadVoucher =
  | { readonly kind: 'read'; readonly claim: VoucherClaim }
  | { readonly kind: 'refused'; readonly vid: string | null; readonly reason: 'FORMAT' | 'SIGNATURE' };

/**
 * `scenes`: where a payer's passkey may have confirmed it. Without its passkey's word a voucher above the threshold is like one without
 * its signature: that word is outside what names the voucher, so a copy that lost it must not stand in the way of the whole one.
 */
export async function readVoucherBytes(bytes: Bytes, keySet: KeySet, verifier: Es256Verifier, scenes: readonly StepUpScene[]): Promise<ReadVoucher> {
  const parts = readVoucher(bytes);
  const voucher = parts.ok ? voucherOf(parts.value, bytes) : parts;
  if (!parts.ok || !voucher.ok) return { kind: 'refused', vid: null, reason: 'FORMAT' };
  const genuine = await verifyParts(parts.value, keySet, verifier);
  if (!genuine.ok || !(await isConfirmedIn(scenes, parts.value, voucher.value, verifier))) return { kind: 'refused', vid: toHex(voucher.value.vid), reason: 'SIGNATURE' };
  return { kind: 'read', claim: claimOf(voucher.value) };
}

async function isConfirmedIn(scenes: readonly StepUpScene[], parts: VoucherParts, { cert, amountMinor, stepUp }: Voucher, verifier: Es256Verifier): Promise<boolean> {
  if (stepUp === null) return !needsStepUp(cert, amountMinor);
  const confirmed = await Promise.all(scenes.map((scene) => isConfirmed(parts, scene, verifier)));
  return confirmed.some(Boolean);
}

export function claimOf(voucher: Voucher): VoucherClaim {
  const { cert, merchantId, invoiceHash } = voucher;
  return {
    link: chainLink(voucher),
    purseId: toHex(cert.purseId),
    deviceKey: toBase64Url(cert.deviceKey),
    merchantId: toHex(merchantId),
    invoiceHash: toHex(invoiceHash),
    ccy: cert.ccy,
    audience: cert.audience === null ? null : cert.audience.map(toHex),
    expMs: cert.expSeconds * 1_000,
    maxCount: cert.maxCount,
    withinLimits: withinLimits(voucher),
    bytes: toBase64Url(voucher.bytes),
  };
}

function withinLimits(voucher: Voucher): boolean {
  const { cert, seq, cumMinor, amountMinor } = voucher;
  const amount = amountMinor >= 1 && amountMinor <= cert.capMinor && amountMinor <= cumMinor && cumMinor <= cert.limMinor;
  return amount && seq >= 1 && seq <= cert.maxCount && beginsPurse(chainLink(voucher), cert.purseId) !== false;
}
