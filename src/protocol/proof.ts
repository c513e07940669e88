/**
 * The proof of a double spend: two vouchers of one purse that cannot be in one honest history. Anyone who has the operator's
 * public keys can check it; nobody but the holder of the device key can make it.
 */
import { err, ok, type Result } from '#base/result.ts';
import type { CodeError } from './errors.ts';
import type { Es256Verifier, KeySet, Voucher } from './objects.ts';
import { chainLink, conflict, isProof, type Conflict } from './purse-rules.ts';
import { verifyVoucher } from './voucher.ts';

export type Proof = { readonly conflict: Conflict; readonly vouchers: readonly [Voucher, Voucher] };

/** 'NO_CONFLICT': both are genuine, and prove nothing. */
export async function verifyProof(
  one: Pick<Voucher, 'bytes'>,
  other: Pick<Voucher, 'bytes'>,
  keySet: KeySet,
  verifier: Es256Verifier,
): Promise<Result<Proof, CodeError | 'NO_CONFLICT'>> {
  const a = await verifyVoucher(one, keySet, verifier);
  if (!a.ok) return a;
  const b = await verifyVoucher(other, keySet, verifier);
  if (!b.ok) return b;
  const broken = conflict(chainLink(a.value), chainLink(b.value));
  return broken !== null && isProof(a.value, b.value) ? ok({ conflict: broken, vouchers: [a.value, b.value] }) : err('NO_CONFLICT');
}
