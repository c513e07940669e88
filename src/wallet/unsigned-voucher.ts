/** The next voucher of a purse before its signatures: every figure fixed, so that what a passkey confirms is what is signed. */
import { assert } from '#base/assert.ts';
import { type Bytes, fromHex, toBase64Url, toHex } from '#base/bytes.ts';
import { err, ok, type Result } from '#base/result.ts';
import type { ErrorCode } from '#protocol/errors.ts';
import { checkSpend } from '#protocol/purse-caps.ts';
import { firstHead, type Head, nextHead } from '#protocol/purse-rules.ts';
import { draftVoucher } from '#protocol/voucher.ts';
import { nowHere } from './caps-here.ts';
import type { Core, OpenDraft, UnsignedVoucher } from './core.ts';
import { certOf } from './offline-confirm.ts';
import { type PurseRecord, RECORD_SCHEMA } from './records.ts';

/** `canStepUp`: a passkey will confirm it. */
export function unsignedVoucher(core: Core, { draft, invoice }: OpenDraft, purse: PurseRecord, canStepUp: boolean): Result<UnsignedVoucher, ErrorCode> {
  const cert = certOf(purse);
  if (cert === null) return err('PURSE_RENEW');
  const head: Head = purse.head ?? firstHead(cert.purseId);
  const nowSeconds = core.time.nowSeconds();
  const { amountMinor, ccy, merchantId, merchantName, terminal } = draft;
  const { capMinor } = nowHere(core, ccy);
  const may = checkSpend({ cert, head, amountMinor, capMinor, nowSeconds, canStepUp });
  if (!may.ok) return err(payersWord(may.error));
  const next = nextHead(head, amountMinor);
  const claims = { merchantId: bytesOf(merchantId), iatSeconds: nowSeconds, invoiceHash: invoice.hash, prev: bytesOf(next.prev) };
  const unsigned = draftVoucher({ ...next, ...claims, cert });
  const { seq, cumMinor } = next;
  const record = {
    schema: RECORD_SCHEMA,
    id: toHex(unsigned.vid),
    purseId: purse.id,
    ...{ seq, cumMinor, amountMinor, ccy, merchantId, merchantName, terminal },
    invoiceHash: toHex(invoice.hash),
    saleNonce: toHex(invoice.nonce),
    invoice: toBase64Url(invoice.bytes),
    createdAtMs: core.time.nowMs(),
    state: { kind: 'signed' },
  } as const;
  return ok({ purse, draft: unsigned, uvKey: cert.uvKey, stepUp: may.value.stepUp, record });
}

/** The till's codes, in the payer's words. */
function payersWord(code: 'E_PURSE_EXPIRED' | 'E_LIMIT' | 'E_UV_REQUIRED'): ErrorCode {
  if (code === 'E_PURSE_EXPIRED') return 'PURSE_RENEW';
  return code === 'E_LIMIT' ? 'PURSE_SHORT' : code;
}

function bytesOf(hex: string): Bytes {
  const bytes = fromHex(hex);
  assert(bytes !== null, 'what we stored can be read');
  return bytes;
}
