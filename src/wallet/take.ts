/** Whatever a customer shows to a till: what kind of code it is, and who takes it. */
import { err, type Result } from '#base/result.ts';
import type { ErrorCode } from '#protocol/errors.ts';
import { COMPACT_PREFIX } from '#protocol/link.ts';
import { readScannedText } from '#protocol/scan-text.ts';
import { voucherBytesOf } from '#protocol/till-check.ts';
import type { Taken } from './api-till.ts';
import type { Core } from './core.ts';
import { takeReceipt } from './take-receipt.ts';
import { takeVoucher } from './take-voucher.ts';
import { ownTill } from './till.ts';

export function take(core: Core, text: string): Promise<Result<Taken, ErrorCode>> {
  return takeShown(core, text, null);
}

/** A sale that was cancelled or ran out, on the cashier's word. A receipt needs none: its money has come already. */
export function honour(core: Core, saleId: string, text: string): Promise<Result<Taken, ErrorCode>> {
  return takeShown(core, text, saleId);
}

async function takeShown(core: Core, text: string, honoured: string | null): Promise<Result<Taken, ErrorCode>> {
  const till = ownTill(core);
  if (!till.ok) return till;
  if (text.trim().startsWith(COMPACT_PREFIX.receipt)) {
    const code = readScannedText(text);
    if (!code.ok) return code;
    return code.value.kind === 'receipt' ? takeReceipt(core, till.value, code.value.receipt) : err('E_FORMAT');
  }
  const bytes = voucherBytesOf(text);
  return bytes.ok ? takeVoucher(core, till.value, bytes.value, honoured) : bytes;
}
