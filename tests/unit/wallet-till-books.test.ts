/** A till's books on the real store, with two thousand claims in them: a decision reads its own few rows and not the whole history. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { pursePolicy } from '#protocol/purse-caps.ts';
import { decodeVoucher } from '#protocol/voucher.ts';
import type { WalletStore } from '#wallet/ports.ts';
import { type Given, readBooks } from '#wallet/till-books.ts';
import { readTill } from '#wallet/till-views.ts';
import { createFakeBrowser, type FakeBrowser } from '../fixtures/indexed-db.ts';
import * as purse from '../fixtures/purse-objects.ts';
import { claimRow, evidenceRow, hex, identity, lists, saleRow, T0 } from '../fixtures/wallet-rows.ts';

const policy = pursePolicy(156);
const read = decodeVoucher(purse.voucher);
if (policy === null || !read.ok) throw new Error('no voucher');
const voucher = read.value;
const given: Given = { policy, statusList: null, persisted: true };
const purseId = Buffer.from(voucher.cert.purseId).toString('hex');
const settled = { kind: 'settled', atMs: T0, paidMinor: 100, refundedMinor: 0 } as const;
const till = { ...identity, till: { merchantId: hex(7, 16), name: '街角面馆', terminal: 1, certificate: 'AA', noteCertificate: 'AA' } };

const CLAIMS = 2_000;
const WAITING = 25;
const OF_PURSE = 12;

let browser: FakeBrowser;
let store: WalletStore;

beforeEach(async () => {
  browser = createFakeBrowser();
  ({ store } = browser.tab());
  const fence = await store.takeFence();
  const filled = await store.write(fence.ok ? fence.value : -1, async (tx) => {
    await tx.putLists(lists);
    for (let seed = 1; seed <= CLAIMS; seed++) {
      const state = seed <= WAITING ? ({ kind: 'queued' } as const) : settled;
      await tx.claims.put(claimRow(seed, { purseId: seed % (CLAIMS / OF_PURSE) < 1 ? purseId : hex(seed, 16), state }));
      await tx.sales.put(saleRow(seed, { invoices: [{ hash: hex(seed + 0x9000), bytes: 'AA', expiresAtMs: T0 }], state: { kind: 'taken', atMs: T0, vid: hex(seed), seen: true } }));
    }
    await tx.evidence.put(evidenceRow(CLAIMS + 1, { purseId }));
    await tx.sales.put(saleRow(9_999, { invoices: [{ hash: Buffer.from(voucher.invoiceHash).toString('hex'), bytes: 'AA', expiresAtMs: T0 }] }));
  });
  if (!filled.ok) throw new Error(filled.error);
}, 60_000);
afterEach(() => {
  vi.restoreAllMocks();
  browser.close();
});

describe('two thousand claims', () => {
  it('cost a decision no more than the rows it is about', async () => {
    const rows = vi.spyOn(globalThis, 'structuredClone');
    const found = await store.read((tx) => readBooks(tx, voucher, given, null));
    if (!found.ok) throw new Error(found.error);
    const { books, sale } = found.value;
    expect(sale?.id).toBe(hex(9_999, 24));
    expect(books.pending).toBe(WAITING);
    expect(books.unsyncedMinor).toBe(WAITING * 100);
    expect(books.ofPurse.length).toBeGreaterThan(OF_PURSE - 2);
    expect(books.invoiceOf(Buffer.from(voucher.invoiceHash).toString('hex'))).toEqual({ state: 'open', amountMinor: 100 + 9_999, ccy: 156 });
    expect(books.invoiceOf(hex(1))).toBeNull();
    // Keys and queries are cloned too, so a few for each row.
    expect(rows.mock.calls.length).toBeLessThan(10 * (WAITING + OF_PURSE + 10));
  });

  it('cost the strip of the till no more than what waits and what is lost', async () => {
    const rows = vi.spyOn(globalThis, 'structuredClone');
    const shown = await store.read((tx) => readTill(tx, till, T0, 'kept'));
    expect(shown).toMatchObject({ ok: true, value: { unsynced: { count: WAITING, amountMinor: WAITING * 100 }, lost: { count: 0 }, guarantee: { rule: 'none' } } });
    expect(rows.mock.calls.length).toBeLessThan(10 * (WAITING + 10));
  });
});
