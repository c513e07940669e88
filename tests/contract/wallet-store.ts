/** What every store of the wallet must do. Run on memory and on Dexie; a handle is a tab, all handles of one test share a disk. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { StoreEvent, WalletStore } from '#wallet/ports.ts';
import { appealRow, claimRow, creditRow, evidenceRow, hex, identity, lists, noteRow, outboxRow, paidState, passkeyTrial, paymentRow, pinCheck, purseEventRow, purseRow, refused, saleRow, settled, T0, takenState, truth, unclaimedRow, voucherRow } from '../fixtures/wallet-rows.ts';

export type StoreWorld = {
  /** Another tab on the same disk. */
  open(): Promise<WalletStore>;
  close(): Promise<void>;
};

export function walletStoreContract(name: string, openWorld: () => Promise<StoreWorld>): void {
  describe(`wallet store: ${name}`, () => {
    let world: StoreWorld;
    let store: WalletStore;
    let fence: number;
    const write = async <T>(work: Parameters<typeof store.write<T>>[1]): Promise<T> => {
      const done = await store.write(fence, work);
      if (!done.ok) throw new Error(done.error);
      return done.value;
    };
    const read = async <T>(work: Parameters<typeof store.read<T>>[0]): Promise<T> => {
      const done = await store.read(work);
      if (!done.ok) throw new Error(done.error);
      return done.value;
    };

    beforeEach(async () => {
      world = await openWorld();
      store = await world.open();
      const taken = await store.takeFence();
      fence = taken.ok ? taken.value : -1;
    });
    afterEach(() => world.close());

    it('is empty at first', async () => {
      expect(await read(async (tx) => [await tx.identity(), await tx.truth(), await tx.outbox.count(), await tx.payments.count()])).toEqual([undefined, undefined, 0, 0]);
    });

    it('gives back every kind of row as it was put', async () => {
      await write(async (tx) => {
        await tx.putIdentity(identity);
        await tx.putTruth(truth);
        await tx.payments.put(paymentRow(1));
        await tx.sales.put(saleRow(1));
        await tx.history.put(creditRow(1));
        await tx.outbox.put(outboxRow(1));
        await tx.putPinCheck(pinCheck);
        await tx.putPasskeyTrial(passkeyTrial);
        await tx.putLists(lists);
      });
      const rows = await read(async (tx) => [await tx.lists(), await tx.passkeyTrial(), await tx.pinCheck(), await tx.identity(), await tx.truth(), await tx.payments.get(hex(1)), await tx.sales.get(hex(1, 24)), await tx.history.get(1), await tx.outbox.get(hex(1))]);
      expect(rows).toEqual([lists, passkeyTrial, pinCheck, identity, truth, paymentRow(1), saleRow(1), creditRow(1), outboxRow(1)]);
    });

    it('writes all of a transaction or nothing', async () => {
      const broken = store.write(fence, async (tx) => {
        await tx.payments.put(paymentRow(1));
        await tx.outbox.put(outboxRow(1));
        throw new Error('planted');
      });
      await expect(broken).rejects.toThrow('planted');
      expect(await read(async (tx) => [await tx.payments.count(), await tx.outbox.count()])).toEqual([0, 0]);
      await write((tx) => tx.payments.put(paymentRow(2)));
      expect(await read((tx) => tx.payments.count())).toBe(1);
    });

    it('sees its own writes inside a transaction', async () => {
      const seen = await write(async (tx) => {
        await tx.payments.put(paymentRow(1, { state: settled() }));
        return [await tx.payments.count(), (await tx.payments.byInvoice(hex(0x1001)))?.id, await tx.payments.paidBefore(hex(7, 16))];
      });
      expect(seen).toEqual([1, hex(1), true]);
    });

    it('case 28, 29: turns away an older fence, and writes nothing for it', async () => {
      const other = await world.open();
      const taken = await other.takeFence();
      if (!taken.ok) throw new Error(taken.error);
      expect(taken.value).toBeGreaterThan(fence);
      expect(await store.write(fence, (tx) => tx.payments.put(paymentRow(1)))).toEqual({ ok: false, error: 'NOT_WRITER' });
      expect(await read((tx) => tx.payments.count())).toBe(0);
      expect(await other.write(taken.value, (tx) => tx.payments.put(paymentRow(1)))).toMatchObject({ ok: true });
    });

    it('gives every taker its own fence', async () => {
      const tabs = await Promise.all([world.open(), world.open(), world.open()]);
      const fences = await Promise.all([...tabs, ...tabs].map((tab) => tab.takeFence()));
      expect(new Set(fences.map((one) => one.ok && one.value)).size).toBe(6);
    });

    it('case 29: decides in turn: of many who read and then write, each sees the one before', async () => {
      await write((tx) => tx.putTruth({ ...truth, balanceMinor: 0 }));
      const increment = () =>
        write(async (tx) => {
          const now = await tx.truth();
          await tx.putTruth({ ...truth, balanceMinor: (now?.balanceMinor ?? 0) + 1 });
        });
      await Promise.all(Array.from({ length: 20 }, increment));
      expect((await read((tx) => tx.truth()))?.balanceMinor).toBe(20);
    });

    it('tells the other tabs of a commit, and not its own', async () => {
      const other = await world.open();
      const heard: string[] = [];
      store.onEvent((event) => heard.push(`own ${event}`));
      const told = new Promise<StoreEvent>((resolve) => other.onEvent(resolve));
      await write((tx) => tx.payments.put(paymentRow(1)));
      expect(await told).toBe('changed');
      expect(heard).toEqual([]);
    });

    it('pages payments and sales from the newest, without gap or double, also among equal times', async () => {
      const rows = [3, 1, 4, 2, 5].map((seed) => paymentRow(seed, { createdAtMs: T0 + Math.floor(seed / 3) }));
      await write(async (tx) => {
        for (const row of rows) await tx.payments.put(row);
        for (const seed of [1, 2, 3]) await tx.sales.put(saleRow(seed));
      });
      const first = await read((tx) => tx.payments.newest(2));
      const last = first.at(-1);
      const rest = await read((tx) => tx.payments.newest(10, { atMs: last?.createdAtMs ?? 0, id: last?.id ?? '' }));
      expect([...first, ...rest].map((row) => row.id)).toEqual([5, 4, 3, 2, 1].map((seed) => hex(seed)));
      expect((await read((tx) => tx.sales.newest(2, { atMs: T0 + 3, id: hex(3, 24) }))).map((row) => row.id)).toEqual([hex(2, 24), hex(1, 24)]);
    });

    it('finds the payment of an invoice: a live one before a refused one, the newest of the refused', async () => {
      const invoiceHash = hex(0x77);
      await write(async (tx) => {
        await tx.payments.put(paymentRow(1, { invoiceHash, state: refused }));
        await tx.payments.put(paymentRow(2, { invoiceHash, state: refused }));
      });
      expect((await read((tx) => tx.payments.byInvoice(invoiceHash)))?.id).toBe(hex(2));
      await write((tx) => tx.payments.put(paymentRow(3, { invoiceHash, createdAtMs: T0, state: { kind: 'sending' } })));
      expect((await read((tx) => tx.payments.byInvoice(invoiceHash)))?.id).toBe(hex(3));
      expect(await read((tx) => tx.payments.byInvoice(hex(0x78)))).toBeUndefined();
    });

    it('knows which merchant was paid before', async () => {
      await write(async (tx) => {
        await tx.payments.put(paymentRow(1));
        await tx.payments.put(paymentRow(2, { state: refused }));
      });
      expect(await read((tx) => tx.payments.paidBefore(hex(7, 16)))).toBe(false);
      await write((tx) => tx.payments.put(paymentRow(1, { state: settled() })));
      expect(await read((tx) => tx.payments.paidBefore(hex(7, 16)))).toBe(true);
      expect(await read((tx) => tx.payments.paidBefore(hex(8, 16)))).toBe(false);
    });

    it('knows open sales and paid ones that nobody has seen, oldest first', async () => {
      await write(async (tx) => {
        await tx.sales.put(saleRow(4));
        await tx.sales.put(saleRow(3, { state: paidState(false) }));
        await tx.sales.put(saleRow(2, { state: paidState(false) }));
        await tx.sales.put(saleRow(1, { state: paidState(true) }));
        await tx.sales.put(saleRow(5, { state: { kind: 'cancelled', atMs: T0 } }));
      });
      expect(await read((tx) => tx.sales.open())).toEqual([saleRow(4)]);
      expect((await read((tx) => tx.sales.unseen())).map((row) => row.id)).toEqual([hex(2, 24), hex(3, 24)]);
      await write((tx) => tx.sales.put(saleRow(4, { state: { kind: 'expired', atMs: T0 } })));
      await write((tx) => tx.sales.put(saleRow(2, { state: paidState(true) })));
      expect(await read(async (tx) => [await tx.sales.open(), (await tx.sales.unseen()).length])).toEqual([[], 1]);
    });

    it('knows the sale of every code that it has shown, and taken ones that nobody has seen', async () => {
      const renewed = [1, 0x99].map((seed) => ({ hash: hex(seed), bytes: 'AA', expiresAtMs: T0 }));
      await write(async (tx) => {
        await tx.sales.put(saleRow(1, { invoices: renewed, state: takenState(5) }));
        await tx.sales.put(saleRow(2, { state: takenState(6, true) }));
      });
      for (const { hash } of renewed) expect(await read((tx) => tx.sales.byInvoice(hash))).toEqual(saleRow(1, { invoices: renewed, state: takenState(5) }));
      expect(await read(async (tx) => [await tx.sales.byInvoice(hex(3)), (await tx.sales.unseen()).map((row) => row.id)])).toEqual([undefined, [hex(1, 24)]]);
    });

    it('keeps claims and evidence: of a purse by number, without a verdict, and lost', async () => {
      const paid = { kind: 'settled', atMs: T0, paidMinor: 100, refundedMinor: 0 } as const;
      const rejected = { kind: 'rejected', atMs: T0, code: 'UNFUNDED' } as const;
      const rows = [
        claimRow(3),
        claimRow(1, { state: { kind: 'queued' } }),
        claimRow(2, { state: { kind: 'asking' }, goods: false }),
        claimRow(4, { state: paid }),
        claimRow(5, { state: { ...paid, paidMinor: 99 } }),
        claimRow(6, { state: rejected }),
        claimRow(7, { state: rejected, goods: false, purseId: hex(2, 16) }),
        claimRow(8, { state: { kind: 'voided', atMs: T0 }, purseId: hex(2, 16) }),
        claimRow(9, { state: { kind: 'held', atMs: T0, untilMs: T0 + 1, paidMinor: 100 }, purseId: hex(2, 16) }),
      ];
      await write(async (tx) => {
        for (const row of rows) await tx.claims.put(row);
        await tx.evidence.put(evidenceRow(9));
        await tx.evidence.put(evidenceRow(4, { code: 'E_REVOKED', otherVid: null }));
      });
      const seqs = (found: readonly { readonly seq: number }[]) => found.map((row) => row.seq);
      expect(await read((tx) => tx.claims.get(hex(3)))).toEqual(claimRow(3));
      expect(seqs(await read((tx) => tx.claims.ofPurse(hex(1, 16))))).toEqual([1, 2, 3, 4, 5, 6]);
      expect(seqs(await read((tx) => tx.claims.waiting())).sort()).toEqual([1, 2, 3]);
      expect(seqs(await read((tx) => tx.claims.lost())).sort()).toEqual([5, 6]);
      expect(await read((tx) => tx.evidence.ofPurse(hex(1, 16)))).toEqual([evidenceRow(4, { code: 'E_REVOKED', otherVid: null }), evidenceRow(9)]);
      await write((tx) => tx.claims.put(claimRow(3, { state: paid })));
      expect(seqs(await read((tx) => tx.claims.waiting())).sort()).toEqual([1, 2]);
      expect(seqs(await read((tx) => tx.claims.lost())).sort()).toEqual([5, 6]);
    });

    it('keeps notes of a voucher, oldest first, and vouchers that nobody claimed', async () => {
      const ack = noteRow(1, { kind: 'ack', amountMinor: null, state: { kind: 'done' } });
      await write(async (tx) => {
        for (const row of [noteRow(3), ack, noteRow(2, { state: { kind: 'refused', code: 'LIMITS' } }), noteRow(4, { vid: hex(9) })]) await tx.notes.put(row);
        await tx.claims.put(claimRow(7, { prev: null, bytes: null, goods: false }));
        await tx.unclaimed.put(unclaimedRow(1));
        await tx.unclaimed.put(unclaimedRow(2));
        await tx.unclaimed.delete(hex(1));
      });
      expect(await read((tx) => tx.notes.ofVoucher(hex(1)))).toEqual([ack, noteRow(2, { state: { kind: 'refused', code: 'LIMITS' } }), noteRow(3)]);
      expect(await read((tx) => tx.notes.get(hex(4)))).toEqual(noteRow(4, { vid: hex(9) }));
      expect(await read((tx) => tx.unclaimed.all())).toEqual([unclaimedRow(2)]);
      expect(await read((tx) => tx.claims.get(hex(7)))).toMatchObject({ prev: null, bytes: null });
    });

    it('pages the entries that are records of their own, and finds one by its name', async () => {
      await write(async (tx) => {
        for (const seq of [1, 3, 4]) await tx.history.put(creditRow(seq));
      });
      const entry = { kind: 'payment', seq: 2, paymentId: hex(2), direction: 'out', amountMinor: 1, ccy: 156, counterparty: 'x', merchantId: hex(7, 16), terminal: 1, invoiceHash: hex(3), saleNonce: hex(2, 24), atMs: T0, receipt: 'AA', balanceMinor: 1 } as const;
      await write((tx) => tx.history.put({ schema: 1, seq: 2, entry }));
      const [newest] = await read((tx) => tx.history.newestShown(1));
      expect(newest).toEqual(creditRow(4));
      expect((await read((tx) => tx.history.newestShown(5, { atMs: T0 + 4, id: hex(4 + 0x2000) }))).map((row) => row.seq)).toEqual([3, 1]);
      expect(await read((tx) => tx.history.shown(hex(3 + 0x2000)))).toEqual(creditRow(3));
      expect(await read((tx) => tx.history.shown(hex(2)))).toBeUndefined();
    });

    it('shows what happened to purses among them, but no refresh; and which subjects have an appeal', async () => {
      await write(async (tx) => {
        for (const row of [creditRow(1), purseEventRow(2, 'opened'), purseEventRow(3, 'refreshed'), purseEventRow(4, 'released'), appealRow(5, hex(7))]) await tx.history.put(row);
      });
      const id = `${purseRow(1).id}-2`;
      expect((await read((tx) => tx.history.newestShown(9))).map((row) => row.seq)).toEqual([4, 2, 1]);
      expect((await read((tx) => tx.history.newestShown(9, { atMs: T0 + 2, id }))).map((row) => row.seq)).toEqual([1]);
      expect(await read((tx) => tx.history.shown(id))).toEqual(purseEventRow(2, 'opened'));
      expect(await read((tx) => tx.history.shown(`${purseRow(1).id}-3`))).toBeUndefined();
      expect(await read((tx) => tx.history.appealed([hex(7), hex(8)]))).toEqual(new Set([hex(7)]));
      expect(await read((tx) => tx.history.appealed([]))).toEqual(new Set());
    });

    it('finds the first hole of the history', async () => {
      expect(await read((tx) => tx.history.firstMissing())).toBe(1);
      await write(async (tx) => {
        for (const seq of [1, 2, 4]) await tx.history.put(creditRow(seq));
      });
      expect(await read(async (tx) => [await tx.history.firstMissing(), await tx.history.count()])).toEqual([3, 3]);
      await write((tx) => tx.history.put(creditRow(3)));
      expect(await read((tx) => tx.history.firstMissing())).toBe(5);
    });

    it('gives the outbox oldest first', async () => {
      await write(async (tx) => {
        for (const seed of [3, 1, 2]) await tx.outbox.put(outboxRow(seed));
        await tx.outbox.delete(hex(2));
      });
      expect(await read((tx) => tx.outbox.all())).toEqual([outboxRow(1), outboxRow(3)]);
    });

    it('keeps purses and their vouchers, found by invoice and by number', async () => {
      const head = { seq: 2, cumMinor: 200, vid: hex(2) };
      await write(async (tx) => {
        for (const seed of [2, 1]) await tx.vouchers.put(voucherRow(seed));
        await tx.vouchers.put(voucherRow(9, { purseId: hex(2, 16), seq: 1, state: { kind: 'returned', atMs: T0, code: 'LIMITS' } }));
        await tx.purses.put(purseRow(1, { head }));
        await tx.purses.put(purseRow(2, { kind: 'tab', merchantId: hex(7, 16), state: { kind: 'closing', atMs: T0 } }));
      });
      expect(await read((tx) => tx.purses.get(hex(1, 16)))).toEqual(purseRow(1, { head }));
      expect((await read((tx) => tx.purses.all())).map((row) => row.id).sort()).toEqual([hex(1, 16), hex(2, 16)]);
      expect(await read((tx) => tx.vouchers.ofPurse(hex(1, 16)))).toEqual([voucherRow(1), voucherRow(2)]);
      expect(await read((tx) => tx.vouchers.byInvoice(hex(0x1002)))).toEqual(voucherRow(2));
      expect(await read((tx) => tx.vouchers.byInvoice(hex(0x2002)))).toBeUndefined();
      await write((tx) => tx.vouchers.put(voucherRow(8, { invoiceHash: hex(0x1009) })));
      expect(await read((tx) => tx.vouchers.byInvoice(hex(0x1009)))).toEqual(voucherRow(8, { invoiceHash: hex(0x1009) }));
      await write((tx) => tx.vouchers.delete(hex(8)));
      expect((await read((tx) => tx.vouchers.newest(2))).map((row) => row.id)).toEqual([hex(9), hex(2)]);
    });

    it('has one voucher for each number of a purse, and writes nothing with a second one', async () => {
      await write((tx) => tx.vouchers.put(voucherRow(1)));
      const second = store.write(fence, async (tx) => {
        await tx.outbox.put(outboxRow(1, { kind: 'sync-item' }));
        await tx.vouchers.put(voucherRow(5, { seq: 1 }));
      });
      await expect(second).rejects.toThrow();
      expect(await read(async (tx) => [await tx.vouchers.count(), await tx.outbox.count()])).toEqual([1, 0]);
      await write((tx) => tx.vouchers.put(voucherRow(1, { state: { kind: 'presented', atMs: T0 } })));
      expect((await read((tx) => tx.vouchers.get(hex(1))))?.state.kind).toBe('presented');
    });

    it('forgets everything when it is cleared, and takes no write from before', async () => {
      await write((tx) => tx.putIdentity(identity));
      expect(await store.clear()).toEqual({ ok: true, value: 'cleared' });
      expect(await read(async (tx) => [await tx.identity(), await tx.signedOut()])).toEqual([undefined, true]);
      expect(await store.write(fence, (tx) => tx.putIdentity(identity))).toEqual({ ok: false, error: 'NOT_WRITER' });
    });

    it('knows of a sign-out until somebody signs in', async () => {
      expect(await read((tx) => tx.signedOut())).toBe(false);
      expect(await store.clear()).toEqual({ ok: true, value: 'cleared' });
      const next = await store.takeFence();
      if (!next.ok) throw new Error(next.error);
      expect(await store.write(next.value, (tx) => tx.putIdentity(identity))).toMatchObject({ ok: true });
      expect(await read((tx) => tx.signedOut())).toBe(false);
    });

    it('is not cleared while something waits to be sent, and the writer goes on', async () => {
      await write((tx) => tx.outbox.put(outboxRow(1, { kind: 'sync-item' })));
      expect(await store.clear()).toEqual({ ok: true, value: 'held' });
      await write((tx) => tx.putIdentity(identity));
      expect(await read((tx) => tx.outbox.count())).toBe(1);
    });
  });
}
