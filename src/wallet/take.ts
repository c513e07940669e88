/** Whatever a customer shows to a till: what kind of code it is, and who takes it. */
import type { Result } from '#base/result.ts';
import type { ErrorCode } from '#protocol/errors.ts';
import { voucherBytesOf } from '#protocol/till-check.ts';
import type { Taken } from './api-till.ts';
import type { Core } from './core.ts';
import { takeVoucher } from './take-voucher.ts';
import { ownTill } from './till.ts';

export async function take(core: Core, text: string): Promise<Result<Taken, ErrorCode>> {
  const till = ownTill(core);
  if (!till.ok) return till;
  const bytes = voucherBytesOf(text);
  return bytes.ok ? takeVoucher(core, till.value, bytes.value) : bytes;
}
