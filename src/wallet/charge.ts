/**
 * Charges of a till. A sale is stored before its code is shown, so that money that comes for it always finds it; a code that is
 * about to run out is replaced by one of the same sale (same nonce), which the server lets be paid once whichever was scanned.
 */
import { fromBase64Url, fromHex, toBase64Url, toHex } from '#base/bytes.ts';
import { remembering } from '#base/remember.ts';
import { err, ok, type Result } from '#base/result.ts';
import type { ErrorCode } from '#protocol/errors.ts';
import { encodeInvoice, invoiceHashOf } from '#protocol/invoice.ts';
import { LIMITS } from '#protocol/limits.ts';
import { decodeMerchantCert } from '#protocol/merchant-cert.ts';
import { parseAmount } from '#protocol/money.ts';
import type { Decoded, MerchantCert } from '#protocol/objects.ts';
import type { ChargeView } from './api.ts';
import { chargeView } from './charge-view.ts';
import { type Core, environment } from './core.ts';
import type { WalletTx } from './ports.ts';
import { RECORD_SCHEMA, type SaleRecord } from './records.ts';
import { ownTill, type Till } from './till.ts';
import { decimalsOf } from './views.ts';
import { write } from './writer.ts';

const NONCE_BYTES = 12;

type SaleInvoice = SaleRecord['invoices'][number];

export async function charge(core: Core, amountText: string): Promise<Result<ChargeView, ErrorCode>> {
  const till = ownTill(core);
  if (!till.ok) return till;
  const amount = parseAmount(amountText, decimalsOf(till.value.ccy));
  if (!amount.ok) return amount;
  const nonce = core.ports.random.bytes(NONCE_BYTES);
  const sale = { id: toHex(nonce), amountMinor: amount.value, ccy: till.value.ccy };
  const invoice = makeInvoice(core, till.value, sale);
  if (!invoice.ok) return invoice;
  const record: SaleRecord = { schema: RECORD_SCHEMA, ...sale, createdAtMs: core.time.nowMs(), invoices: [invoice.value], state: { kind: 'open' } };
  const written = await write(core, async (tx) => {
    await makeRoom(core, tx);
    await tx.sales.put(record);
  });
  if (!written.ok) return written;
  core.ring();
  return ok(chargeView(record, environment(core).origin));
}

function makeInvoice(core: Core, { till }: Till, sale: Pick<SaleRecord, 'id' | 'amountMinor' | 'ccy'>): Result<SaleInvoice, ErrorCode> {
  if (till.certificate === '') return err('MERCHANT_SUSPENDED');
  const nonce = fromHex(sale.id);
  if (nonce === null) return err('E_FORMAT');
  const cert = readOwnCert(till.certificate);
  if (!cert.ok) return cert;
  const iatSeconds = core.time.nowSeconds();
  if (iatSeconds > cert.value.expSeconds) return err('E_CERT_EXPIRED');
  const { amountMinor, ccy } = sale;
  const terms = { terminal: till.terminal, nonce, amountMinor, ccy, iatSeconds, ttlSeconds: LIMITS.invoiceTtlSeconds };
  const bytes = encodeInvoice({ ...terms, merchant: { kind: 'cert', cert: cert.value } });
  return ok({ hash: toHex(invoiceHashOf(bytes)), bytes: toBase64Url(bytes), expiresAtMs: (iatSeconds + LIMITS.invoiceTtlSeconds) * 1000 });
}

/** Every charge of a day carries the same one. */
const CERTS_KEPT = 4;
const readOwnCert = remembering(CERTS_KEPT, (certificate): Decoded<MerchantCert> => {
  const bytes = fromBase64Url(certificate);
  return bytes === null ? err('E_FORMAT') : decodeMerchantCert(bytes);
});

/** The charge on the screen is the newest; a till does not keep asking for others without end. */
async function makeRoom(core: Core, tx: WalletTx): Promise<void> {
  const open = (await tx.sales.open()).toSorted((a, b) => a.createdAtMs - b.createdAtMs);
  const surplus = open.slice(0, Math.max(0, open.length - LIMITS.openSales + 1));
  for (const sale of surplus) await tx.sales.put({ ...sale, state: { kind: 'cancelled', atMs: core.time.nowMs() } });
}

/** A new code for an open sale. The old ones stay payable until they run out: the nonce makes them one sale. */
export async function renewCode(core: Core, sale: SaleRecord): Promise<Result<void, ErrorCode>> {
  const till = ownTill(core);
  if (!till.ok) return till;
  const invoice = makeInvoice(core, till.value, sale);
  if (!invoice.ok) return invoice;
  return write(core, async (tx) => {
    const now = await tx.sales.get(sale.id);
    // Another tab may have renewed it meanwhile.
    if (now?.state.kind !== 'open' || now.invoices.length !== sale.invoices.length) return;
    await tx.sales.put({ ...now, invoices: [...now.invoices, invoice.value] });
  });
}
