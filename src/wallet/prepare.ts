/**
 * From any text to a confirm sheet: is it a charge, is the shop who it says, may it be paid now. Signs the order that the
 * sheet shows, and stores nothing: until it is confirmed nothing is promised.
 */
import { toBase64Url, toHex } from '#base/bytes.ts';
import { err, ok, type Result } from '#base/result.ts';
import type { ErrorCode } from '#protocol/errors.ts';
import { checkInvoice, invoiceExpiresAtSeconds } from '#protocol/invoice-rules.ts';
import { verifyMerchantCert } from '#protocol/merchant-cert.ts';
import type { Invoice, MerchantCert } from '#protocol/objects.ts';
import { decodeOrder, orderDigest, signOrder } from '#protocol/order.ts';
import { readScannedText } from '#protocol/scan-text.ts';
import type { Draft } from './api.ts';
import type { Plan } from './api-payer.ts';
import type { Core, OpenDraft } from './core.ts';
import { load, later } from './later.ts';
import { withNewerKeys } from './newer-keys.ts';
import { certOf, confirmBy, signable } from './offline-confirm.ts';
import { idOf, paidAlready } from './paid-already.ts';
import type { PurseRecord } from './records.ts';
import { shopper } from './shopper.ts';
import { trustedKeySet } from './trust.ts';
import { orderNumberOf } from './views.ts';
import { nowHere } from './caps-here.ts';
import { planFor } from './which-way.ts';

const payPart = later(() => import('./pay.ts'));
const payByPasskeyPart = later(() => import('./pay-by-passkey.ts'));
const presentVoucherPart = later(() => import('./present-voucher.ts'));

/** Sheets that were left open without a word. */
const DRAFTS_KEPT = 8;
const PAYMENT_ID_BYTES = 16;

export async function prepare(core: Core, text: string): Promise<Result<Draft, ErrorCode>> {
  const payer = shopper(core);
  if (!payer.ok) return payer;
  const code = readScannedText(text);
  if (!code.ok) return code;
  if (code.value.kind !== 'invoice') return err('E_WRONG_CODE', { found: code.value.kind });
  const { invoice } = code.value;
  // Before anything else is said of it: "expired" would let its payer think that it is not paid.
  const paid = await core.ports.store.read((tx) => paidAlready(tx, toHex(invoice.hash)));
  if (!paid.ok) return paid;
  if (paid.value !== null) return err('INVOICE_PAID', { paymentId: idOf(paid.value) });
  const once = () => payee(core, invoice, payer.value.ccy);
  const cert = await (invoice.merchant.kind === 'cert' ? withNewerKeys(core, once) : once());
  if (!cert.ok) return cert;
  const history = await historyWith(core, invoice, cert.value);
  if (!history.ok) return history;
  return openDraft(core, invoice, cert.value, history.value);
}

/** A charge that names its merchant only by number cannot be checked by the person who pays it: not taken. */
async function payee(core: Core, invoice: Invoice, ccy: number): Promise<Result<MerchantCert, ErrorCode>> {
  const keySet = await trustedKeySet(core);
  if (keySet === null) return err('E_KEYSET');
  if (invoice.merchant.kind === 'id') return err('E_ISSUER');
  const nowSeconds = core.time.nowSeconds();
  const cert = await verifyMerchantCert(invoice.merchant.cert, keySet, nowSeconds, core.ports.verifier);
  if (!cert.ok) return cert;
  const payable = checkInvoice(invoice, { nowSeconds, ccy, graceSeconds: 0 });
  return payable.ok ? cert : payable;
}

type History = { readonly firstTimeMerchant: boolean; readonly plan: Plan };

async function historyWith(core: Core, invoice: Invoice, cert: MerchantCert): Promise<Result<History, ErrorCode>> {
  return core.ports.store.read(async (tx) => {
    const merchantId = toHex(cert.merchantId);
    const trial = await tx.passkeyTrial();
    const by = (purse: PurseRecord) => confirmBy(certOf(purse), invoice.amountMinor, trial);
    const plan = planFor(signable(await tx.purses.all(), core.memory.signer), { ...invoice, merchantId }, nowHere(core, invoice.ccy), core.memory.connection, by);
    return { plan, firstTimeMerchant: !(await tx.payments.paidBefore(merchantId)) };
  });
}

async function openDraft(core: Core, invoice: Invoice, cert: MerchantCert, { plan, firstTimeMerchant }: History): Promise<Result<Draft, ErrorCode>> {
  const { signer } = core.memory;
  if (signer === null) return err('NO_KEY');
  const { amountMinor, ccy, hash: invoiceHash } = invoice;
  const paymentId = core.ports.random.bytes(PAYMENT_ID_BYTES);
  const fields = { merchantId: cert.merchantId, iatSeconds: core.time.nowSeconds(), paymentId, invoiceHash, amountMinor, ccy };
  const order = decodeOrder(await signOrder({ ...fields }, signer));
  if (!order.ok) return order;
  // What was shown is what is signed: nobody changes it in between.
  const draft: Draft = Object.freeze({
    draftId: toHex(paymentId),
    merchantName: cert.name,
    merchantId: toHex(cert.merchantId),
    terminal: invoice.terminal,
    amountMinor: order.value.amountMinor,
    ccy: order.value.ccy,
    orderNumber: orderNumberOf(toHex(paymentId)),
    expiresAtMs: invoiceExpiresAtSeconds(invoice) * 1000,
    challenge: toBase64Url(orderDigest(order.value.bytes)),
    connection: core.memory.connection,
    plan,
    firstTimeMerchant,
  });
  keepDraft(core, { draft, order: order.value, invoice });
  readAhead();
  return ok(draft);
}

/** What comes next is read from the disk while a person reads the sheet, not after the tap. What cannot be read is asked for again. */
function readAhead(): void {
  for (const ahead of [payPart, payByPasskeyPart, presentVoucherPart]) void load<unknown>(ahead);
}

function keepDraft(core: Core, open: OpenDraft): void {
  const { drafts } = core.memory;
  for (const oldest of drafts.keys()) {
    if (drafts.size < DRAFTS_KEPT) break;
    drafts.delete(oldest);
    core.memory.unsigned.delete(oldest);
  }
  drafts.set(open.draft.draftId, open);
  core.changed();
}
