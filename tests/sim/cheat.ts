/**
 * A changed wallet: it has the purse's key and its rows, and signs what it likes. It begins a second history at any of its own
 * vouchers, with numbers left out, so that the two share none and only their sums show it. Everything else about it is genuine.
 */
import { fromBase64Url, fromHex, toHex, type Bytes } from '#base/bytes.ts';
import { assert } from '#base/assert.ts';
import { compactCode } from '#protocol/link.ts';
import { decodePurseCert } from '#protocol/purse-cert.ts';
import { firstHead, nextHead, type Head } from '#protocol/purse-rules.ts';
import { readScannedText } from '#protocol/scan-text.ts';
import { draftVoucher, signVoucher } from '#protocol/voucher.ts';
import { invoiceMerchantId } from '#protocol/invoice.ts';
import type { Charged, Shown } from './book.ts';
import type { Phone } from './phone.ts';
import type { Scene } from './scene.ts';

/** Null when there is no purse that carries it. */
export async function forge(run: Scene, phone: Phone, { till, saleId, link }: Charged): Promise<Shown | null> {
  const { purses, vouchers } = phone.disk.rows;
  const purse = [...purses.values()].find(({ state, kind }) => state.kind === 'active' && kind === 'open');
  const scanned = readScannedText(link);
  const { signer } = phone.disk.rows.keys;
  if (purse === undefined || signer === null || !scanned.ok || scanned.value.kind !== 'invoice') return null;
  const { invoice } = scanned.value;
  const cert = decodePurseCert(bytesOf(fromBase64Url(purse.certificate)));
  assert(cert.ok, 'what a wallet stored can be read');
  const own = [...vouchers.values()].filter((voucher) => voucher.purseId === purse.id);
  const heads: Head[] = [firstHead(cert.value.purseId), ...own.map(({ seq, cumMinor, id }) => ({ seq, cumMinor, vid: id }))];
  const next = nextHead(run.chance.pick(heads), invoice.amountMinor);
  const jump = run.chance.pick([0, 1, 2, 4]);
  const bent = jump === 0 ? next : { ...next, seq: next.seq + jump, prev: 'ab'.repeat(16) };
  if (bent.cumMinor > cert.value.limMinor || invoice.amountMinor > cert.value.capMinor || bent.seq > cert.value.maxCount) return null;
  const claims = { merchantId: invoiceMerchantId(invoice), iatSeconds: Math.floor(run.world.timeline.nowMs / 1_000), invoiceHash: invoice.hash, prev: bytesOf(fromHex(bent.prev)) };
  const voucher = draftVoucher({ ...bent, ...claims, cert: cert.value });
  const bytes = await signVoucher(voucher, (message) => signer.sign(message));
  const vid = toHex(voucher.vid);
  const shown: Shown = { vid, code: compactCode('voucher', bytes), payer: phone, till, saleId, honest: false, taken: null };
  run.book.shown.set(vid, shown);
  run.book.twofold.add(purse.id);
  run.say(`   ${phone.name} forges number ${bent.seq} up to ${bent.cumMinor}`);
  return shown;
}

function bytesOf(bytes: Bytes | null): Bytes {
  assert(bytes !== null, 'what a wallet stored can be read');
  return bytes;
}
