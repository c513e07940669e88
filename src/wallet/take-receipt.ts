/**
 * A customer who paid online, at a till that has not heard of it: the server's receipt as a code, or eight digits. Both are the
 * server's word, bound to one charge of this till, so there is no risk in them and nobody needs to be asked. What they prove is
 * written down before it is shown; the feed brings the same payment later and finds it known.
 */
import { equalBytes, fromHex, toBase64Url, toHex } from '#base/bytes.ts';
import { assert } from '#base/assert.ts';
import { err, ok, type ErrorDetail, type Result } from '#base/result.ts';
import { confirmationCode, type Mac, readConfirmationCode } from '#protocol/confirmation-code.ts';
import type { ErrorCode } from '#protocol/errors.ts';
import { LIMITS } from '#protocol/limits.ts';
import type { Receipt } from '#protocol/objects.ts';
import { verifyReceipt } from '#protocol/receipt.ts';
import { isSamePayment, type SaleEvent, transitionSale } from '#protocol/sale-state.ts';
import type { Taken } from './api-till.ts';
import type { Core } from './core.ts';
import { withNewerKeys } from './newer-keys.ts';
import type { WalletTx } from './ports.ts';
import type { SaleRecord } from './records.ts';
import type { Till } from './till.ts';
import { trustedKeySet } from './trust.ts';
import { withClaim } from './views.ts';
import { write } from './writer.ts';

type Answer = Result<Taken, ErrorCode>;
type PaidEvent = Extract<SaleEvent, { kind: 'paid' }>;

export async function takeReceipt(core: Core, till: Till, receipt: Receipt): Promise<Answer> {
  const genuine = await verify(core, receipt);
  if (!genuine.ok) return genuine;
  const { merchantId, invoiceHash, paymentId, iatSeconds, amountMinor, ccy, bytes } = genuine.value;
  if (toHex(merchantId) !== till.till.merchantId) return err('E_MERCHANT');
  const event: PaidEvent = { kind: 'paid', atMs: iatSeconds * 1_000, paymentId: toHex(paymentId), receipt: toBase64Url(bytes), receiptVerified: true, payer: '' };
  return written(core, async (tx) => {
    const sale = await tx.sales.byInvoice(toHex(invoiceHash));
    if (sale === undefined) return err('E_INVOICE_UNKNOWN');
    return sale.amountMinor === amountMinor && sale.ccy === ccy ? pay(tx, sale, event, 'receipt') : err('E_AMOUNT');
  });
}

async function verify(core: Core, receipt: Receipt): Promise<Result<Receipt, ErrorCode>> {
  return withNewerKeys(core, async (): Promise<Result<Receipt, ErrorCode>> => {
    const keySet = await trustedKeySet(core);
    return keySet === null ? err('E_KEYSET') : verifyReceipt(receipt, keySet, core.time.nowSeconds(), core.ports.verifier);
  });
}

/** A try is counted, and on disk, before anything is compared. */
export async function takeCode(core: Core, saleId: string, typed: string): Promise<Answer> {
  const code = readConfirmationCode(typed);
  if (code === null) return err('E_FORMAT');
  const mac = await core.ports.codeKeys.load();
  if (!mac.ok) return mac;
  // It comes with the next answer of the server.
  if (mac.value === null) return err('E_SYNC_FIRST');
  const tried = await takeTry(core, saleId);
  if (!tried.ok) return tried;
  const sale = tried.value;
  if (!(await confirms(mac.value, sale, code))) return err('CODE_WRONG', triesLeft(sale));
  const event: PaidEvent = { kind: 'paid', atMs: core.time.nowMs(), paymentId: '', receipt: '', receiptVerified: false, payer: '' };
  return written(core, async (tx) => pay(tx, (await tx.sales.get(saleId)) ?? sale, event, 'code'));
}

async function takeTry(core: Core, saleId: string): Promise<Result<SaleRecord, ErrorCode>> {
  const taken = await write(core, async (tx): Promise<Result<SaleRecord, ErrorCode>> => {
    const sale = await tx.sales.get(saleId);
    if (sale === undefined || sale.state.kind === 'paid') return err('SALE_CLOSED');
    const left = sale.codeTriesLeft ?? LIMITS.codeTries;
    if (left <= 0) return err('CODE_LOCKED');
    const tried = { ...sale, codeTriesLeft: left - 1 };
    await tx.sales.put(tried);
    return ok(tried);
  });
  return taken.ok ? taken.value : taken;
}

function triesLeft({ codeTriesLeft }: SaleRecord): ErrorDetail {
  return codeTriesLeft === undefined ? {} : { triesLeft: codeTriesLeft };
}

/** Any of the sale's newest codes: the customer may have scanned the one before it was renewed. */
async function confirms(mac: Mac, { invoices, amountMinor, ccy }: SaleRecord, code: string): Promise<boolean> {
  for (const { hash } of invoices.slice(-LIMITS.codesOfSale)) {
    const invoiceHash = fromHex(hash);
    assert(invoiceHash !== null, 'a stored hash is hexadecimal');
    const right = await confirmationCode({ invoiceHash, amountMinor, ccy }, mac);
    if (equalBytes(asBytes(right), asBytes(code))) return true;
  }
  return false;
}

const asBytes = (text: string): Uint8Array => Uint8Array.from(text, (character) => character.charCodeAt(0));

async function pay(tx: WalletTx, sale: SaleRecord, event: PaidEvent, by: 'receipt' | 'code'): Promise<Answer> {
  const { state } = sale;
  const again = state.kind === 'paid' && isSamePayment(state.paymentId, event.paymentId);
  const move = transitionSale(state, event);
  if (move.kind === 'conflict') return err('E_INVOICE_CLOSED');
  const after = move.kind === 'moved' ? { ...sale, state: move.state } : sale;
  if (move.kind === 'moved') await tx.sales.put(after);
  return ok({ outcome: again ? 'again' : 'paid', by, sale: await withClaim(tx, after) });
}

async function written(core: Core, work: (tx: WalletTx) => Promise<Answer>): Promise<Answer> {
  const done = await write(core, work);
  if (!done.ok) return done;
  core.memory.feedDue = true;
  core.ring();
  return done.value;
}
