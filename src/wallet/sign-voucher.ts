/**
 * A payment out of a purse, signed with no network:
 *
 *   read head ─► sign ─► ONE strict write: voucher, new head, outbox row ─► only then the caller may show it
 *
 * A number is signed in turn ('sign' lock). When the lock was stolen, or there is none, the write finds another head, keeps
 * nothing, and the signature never leaves this file: the next try signs the next number. So a number that anybody ever saw
 * belongs to one voucher. A crash before the write has shown nothing; after it the voucher is there and is shown again as it is.
 */
import { assert } from '#base/assert.ts';
import { type Bytes, fromBase64Url, fromHex, toBase64Url, toHex } from '#base/bytes.ts';
import { newTimeOrderedId } from '#base/ids.ts';
import { err, ok, type Result } from '#base/result.ts';
import type { ErrorCode } from '#protocol/errors.ts';
import type { SyncItem } from '#protocol/http-sync.ts';
import { LIMITS } from '#protocol/limits.ts';
import { checkSpend } from '#protocol/purse-caps.ts';
import { decodePurseCert } from '#protocol/purse-cert.ts';
import { firstHead, type Head, nextHead } from '#protocol/purse-rules.ts';
import { draftVoucher, signVoucher } from '#protocol/voucher.ts';
import type { Core, OpenDraft } from './core.ts';
import type { WalletTx } from './ports.ts';
import { type OutboxRow, type PurseRecord, RECORD_SCHEMA, type VoucherRecord } from './records.ts';
import { nowHere } from './caps-here.ts';
import { purseFor } from './which-way.ts';
import { write } from './writer.ts';

/** More heads than this cannot move under one payment: another tab would have to pay in a loop. */
const TRIES = 5;

type Signed = Result<VoucherRecord, ErrorCode>;
type Found = { readonly voucher: VoucherRecord } | { readonly paidAs: string } | { readonly purse: PurseRecord | null };

export function signPayment(core: Core, open: OpenDraft): Promise<Signed> {
  return core.ports.lock.run('sign', async () => {
    for (let tries = 0; tries < TRIES; tries++) {
      const signed = await signNext(core, open);
      if (signed !== 'overtaken') return signed;
    }
    return err('NOT_WRITER');
  });
}

async function signNext(core: Core, open: OpenDraft): Promise<Signed | 'overtaken'> {
  const found = await core.ports.store.read((tx) => find(core, tx, open));
  if (!found.ok) return found;
  if (!('purse' in found.value)) return known(found.value);
  const { purse } = found.value;
  if (purse === null) return err('OFFLINE');
  const made = await make(core, open, purse);
  return made.ok ? keep(core, open, purse, made.value) : made;
}

/** The one payment that this charge has already, or the purse that can carry it. */
async function find(core: Core, tx: WalletTx, { draft, invoice }: OpenDraft): Promise<Found> {
  const hash = toHex(invoice.hash);
  const voucher = await tx.vouchers.byInvoice(hash);
  if (voucher !== undefined && !isBack(voucher)) return { voucher };
  const payment = await tx.payments.byInvoice(hash);
  if (payment !== undefined && payment.state.kind !== 'refused') return { paidAs: payment.id };
  return { purse: purseFor(await tx.purses.all(), draft, nowHere(core, draft.ccy)) };
}

/** Nobody has this money from it: the charge may be paid by another. */
function isBack({ state }: VoucherRecord): boolean {
  return state.kind === 'returned' || state.kind === 'voided';
}

function known(found: Exclude<Found, { purse: unknown }>): Signed {
  return 'voucher' in found ? ok(found.voucher) : err('INVOICE_PAID', { paymentId: found.paidAs });
}

async function make(core: Core, { draft, invoice }: OpenDraft, purse: PurseRecord): Promise<Signed> {
  const { signer } = core.memory;
  if (signer === null) return err('NO_KEY');
  const cert = decodePurseCert(bytesOf(fromBase64Url(purse.certificate)));
  if (!cert.ok) return cert;
  const head: Head = purse.head ?? firstHead(cert.value.purseId);
  const nowSeconds = core.time.nowSeconds();
  const { amountMinor, ccy, merchantId, merchantName, terminal } = draft;
  const may = checkSpend({ cert: cert.value, head, amountMinor, capMinor: nowHere(core, ccy).capMinor, nowSeconds, canStepUp: false });
  if (!may.ok) return may;
  const next = nextHead(head, amountMinor);
  const claims = { merchantId: bytesOf(fromHex(merchantId)), iatSeconds: nowSeconds, invoiceHash: invoice.hash, prev: bytesOf(fromHex(next.prev)) };
  const voucher = draftVoucher({ ...next, ...claims, cert: cert.value });
  const bytes = await signVoucher(voucher, (message) => signer.sign(message));
  const { seq, cumMinor } = next;
  return ok({
    schema: RECORD_SCHEMA,
    id: toHex(voucher.vid),
    purseId: purse.id,
    ...{ seq, cumMinor, amountMinor, ccy, merchantId, merchantName, terminal },
    invoiceHash: toHex(invoice.hash),
    saleNonce: toHex(invoice.nonce),
    createdAtMs: core.time.nowMs(),
    bytes: toBase64Url(bytes),
    state: { kind: 'signed' },
  });
}

async function keep(core: Core, open: OpenDraft, signedFor: PurseRecord, voucher: VoucherRecord): Promise<Signed | 'overtaken'> {
  const row = outboxRowOf(core, voucher);
  const head: Head = { seq: voucher.seq, cumMinor: voucher.cumMinor, vid: voucher.id };
  const written = await write(core, async (tx): Promise<Signed | 'overtaken'> => {
    const now = await find(core, tx, open);
    if (!('purse' in now)) return known(now);
    const purse = await tx.purses.get(signedFor.id);
    if (purse === undefined || !sameHead(purse.head, signedFor.head) || purse.state.kind !== 'active') return 'overtaken';
    if ((await tx.outbox.count()) >= LIMITS.outboxRows) return err('TOO_MANY_WAITING');
    await tx.purses.put({ ...purse, head });
    await tx.vouchers.put(voucher);
    await tx.outbox.put(row);
    return ok(voucher);
  });
  return written.ok ? written.value : written;
}

function sameHead(a: Head | null, b: Head | null): boolean {
  return a?.seq === b?.seq && a?.vid === b?.vid;
}

/** Whoever comes online first brings it to the server: the shop, or this phone. */
function outboxRowOf(core: Core, voucher: VoucherRecord): OutboxRow {
  const item: SyncItem = { k: 'V', o: voucher.bytes };
  const nowMs = core.ports.clock.nowMs();
  return {
    schema: RECORD_SCHEMA,
    id: newTimeOrderedId(nowMs, core.ports.random),
    kind: 'sync-item',
    recordId: voucher.id,
    path: '/v1/sync',
    body: JSON.stringify(item),
    createdAtMs: voucher.createdAtMs,
    attempts: 0,
    nextAttemptAtMs: nowMs,
    poison: null,
  };
}

function bytesOf(bytes: Bytes | null): Bytes {
  assert(bytes !== null, 'what we stored can be read');
  return bytes;
}
