/** Online or out of the purse: never both for one charge, never the purse after a refusal, and only for the user. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { readScannedText } from '#protocol/scan-text.ts';
import { setPin } from '#wallet/identity.ts';
import { pay } from '#wallet/pay.ts';
import { prepare } from '#wallet/prepare.ts';
import { PIN, type MemoryPhone, until } from '../fixtures/memory-ports.ts';
import { openPurseWorld, type PurseWorld } from '../fixtures/purse-phone.ts';

let world: PurseWorld;
let phone: MemoryPhone;
let { tab, loaded, code, sheet, rows } = {} as PurseWorld;

beforeEach(async () => {
  world = await openPurseWorld();
  ({ phone, tab, loaded, code, sheet, rows } = world);
});
afterEach(() => world.close());

describe('the way a payment goes', () => {
  const WRONG = { kind: 'pin', pin: '000000' } as const;

  it('is online while somebody answers, though there is a purse', async () => {
    const core = await tab();
    await loaded(core);
    const { draft } = await sheet(core, await code());
    expect(await pay(core, draft.draftId, PIN)).toEqual({ ok: true, value: { paymentId: draft.draftId } });
    expect(rows().vouchers).toEqual([]);
  });

  it('is the purse when nobody answers, and then never online for the same charge', async () => {
    const core = await tab();
    await loaded(core);
    const link = await code();
    const { draft } = await sheet(core, link);
    const other = await tab();
    const sheetThere = await sheet(other, link);
    phone.network.up = false;
    const paid = await pay(core, draft.draftId, PIN);
    const [voucher] = rows().vouchers;
    expect(paid).toMatchObject({ ok: true, value: { paymentId: voucher?.id, code: expect.stringMatching(/^OP1V:/) } });
    expect(readScannedText(paid.ok ? (paid.value.code ?? '') : '')).toMatchObject({ ok: true, value: { kind: 'voucher', voucher: { seq: 1 } } });
    phone.network.up = true;
    expect(await pay(core, draft.draftId, PIN)).toEqual(paid);
    expect(await pay(other, sheetThere.draft.draftId, PIN)).toEqual(paid);
    expect(await prepare(await tab(), link)).toEqual({ ok: false, error: 'INVOICE_PAID', detail: { paymentId: voucher?.id } });
    expect(phone.disk.rows.payments.size).toBe(0);
    expect(phone.network.bodies('/v1/payments')).toEqual([]);
  });

  it('stops where the server said no: a refusal never leads to the purse', async () => {
    const core = await tab();
    await loaded(core);
    const { draft } = await sheet(core, await code());
    expect(await pay(core, draft.draftId, WRONG)).toMatchObject({ ok: false, error: 'PIN_WRONG', detail: { triesLeft: 4 } });
    expect(rows().vouchers).toEqual([]);
  });

  it('stops without a network where there is no purse, or it is too small', async () => {
    const core = await tab();
    const first = await sheet(core, await code());
    phone.network.up = false;
    expect(await pay(core, first.draft.draftId, PIN)).toEqual({ ok: false, error: 'OFFLINE' });
    phone.network.up = true;
    await loaded(core, 1_000);
    phone.network.up = false;
    expect(await pay(core, first.draft.draftId, PIN)).toEqual({ ok: false, error: 'PURSE_SHORT' });
    expect(rows().vouchers).toEqual([]);
  });

  it('offline takes the right PIN only, five times at most, also after a restart; then only online', async () => {
    const core = await tab();
    await loaded(core);
    const link = await code();
    const { draft } = await sheet(core, link);
    phone.network.up = false;
    for (const triesLeft of [4, 3, 2, 1]) expect(await pay(core, draft.draftId, WRONG)).toEqual({ ok: false, error: 'PIN_WRONG', detail: { triesLeft } });
    const restarted = await tab();
    const again = await sheet(restarted, link);
    expect(await pay(restarted, again.draft.draftId, WRONG)).toMatchObject({ error: 'PIN_WRONG', detail: { triesLeft: 0 } });
    expect(await pay(restarted, again.draft.draftId, PIN)).toEqual({ ok: false, error: 'PIN_NOT_HERE' });
    expect(rows().vouchers).toEqual([]);
    phone.network.up = true;
    expect(await pay(restarted, again.draft.draftId, PIN)).toMatchObject({ ok: true });
    await vi.waitFor(() => expect(phone.disk.rows.pinCheck?.triesLeft).toBe(5));
  });

  it('case 90: offline has no more tries than the server has left, and none while it is locked there', async () => {
    const core = await tab();
    await loaded(core);
    const { draft } = await sheet(core, await code());
    expect(await pay(core, draft.draftId, WRONG)).toMatchObject({ error: 'PIN_WRONG', detail: { triesLeft: 4 } });
    phone.network.up = false;
    expect(await pay(core, draft.draftId, WRONG)).toMatchObject({ error: 'PIN_WRONG', detail: { triesLeft: 3 } });
    phone.network.up = true;
    for (const error of ['PIN_WRONG', 'PIN_WRONG', 'PIN_WRONG', 'PIN_LOCKED']) expect(await pay(core, draft.draftId, WRONG)).toMatchObject({ error });
    phone.network.up = false;
    expect(await pay(core, draft.draftId, PIN)).toEqual({ ok: false, error: 'PIN_NOT_HERE' });
    expect(rows().vouchers).toEqual([]);
  });

  it('offline has its five tries back after the right PIN, and what is stored is 16 bits', async () => {
    const core = await tab();
    await loaded(core);
    const { draft } = await sheet(core, await code());
    phone.network.up = false;
    await pay(core, draft.draftId, WRONG);
    expect(await pay(core, draft.draftId, PIN)).toMatchObject({ ok: true });
    expect(phone.disk.rows.pinCheck).toMatchObject({ triesLeft: 5, check: expect.stringMatching(/^[0-9a-f]{4}$/) });
    expect(JSON.stringify([...phone.disk.rows.outbox.values(), phone.disk.rows.pinCheck])).not.toContain(PIN.pin);
  });

  it('offline takes a new PIN, and the old one no longer', async () => {
    const core = await tab();
    await loaded(core);
    expect(await setPin(core, '840271', PIN.pin)).toMatchObject({ ok: true });
    const { draft } = await sheet(core, await code());
    phone.network.up = false;
    expect(await pay(core, draft.draftId, PIN)).toMatchObject({ ok: false, error: 'PIN_WRONG' });
    expect(await pay(core, draft.draftId, { kind: 'pin', pin: '840271' })).toMatchObject({ ok: true });
  });

  it('offline takes a PIN that was set on another phone once it has paid online here, also where its purse is too small for that', async () => {
    const core = await tab();
    await loaded(core, 1_000);
    const other = await world.server.joined('demo-shopper');
    expect(await other.ask('POST', '/v1/pin', { json: { pin: '840271', current: PIN.pin } })).toMatchObject({ status: 204 });
    const next = { kind: 'pin', pin: '840271' } as const;
    const { salt } = phone.disk.rows.pinCheck ?? {};
    const { draft } = await sheet(core, await code());
    expect(await pay(core, draft.draftId, next)).toMatchObject({ ok: true });
    await vi.waitFor(() => expect(phone.disk.rows.pinCheck?.salt).not.toBe(salt));
    const { draft: small } = await sheet(core, await code('5'));
    phone.network.up = false;
    expect(await pay(core, small.draftId, PIN)).toMatchObject({ ok: false, error: 'PIN_WRONG' });
    expect(await pay(core, small.draftId, next)).toMatchObject({ ok: true });
  });

  it('offline takes no PIN that the server may have changed: its answer was lost; one that it did not change is as before', async () => {
    const core = await tab();
    await loaded(core);
    expect(await setPin(core, '840271', '000000')).toMatchObject({ ok: false, error: 'PIN_WRONG' });
    const { draft } = await sheet(core, await code('5'));
    phone.network.up = false;
    expect(await pay(core, draft.draftId, PIN)).toMatchObject({ ok: true });
    phone.network.up = true;
    void phone.network.fail('POST', '/v1/pin', 'drop-reply');
    expect(await setPin(core, '840271', PIN.pin)).toMatchObject({ ok: false, error: 'OFFLINE' });
    const { draft: later } = await sheet(core, await code('6'));
    phone.network.up = false;
    expect(await pay(core, later.draftId, PIN)).toEqual({ ok: false, error: 'PIN_NOT_HERE' });
  });

  it('offline takes no passkey that the certificate does not name', async () => {
    const core = await tab();
    await loaded(core);
    const { draft } = await sheet(core, await code());
    phone.network.up = false;
    expect(await pay(core, draft.draftId, { kind: 'passkey', assertion: { id: 'AA', type: 'public-key' } })).toEqual({ ok: false, error: 'CONFIRM_PIN' });
  });

  it('that is killed between the online write and its answer stays online', async () => {
    const core = await tab();
    await loaded(core);
    const link = await code();
    const { draft } = await sheet(core, link);
    expect(await pay(core, draft.draftId, PIN)).toMatchObject({ ok: true });
    phone.network.up = false;
    const restarted = await tab();
    expect(await prepare(restarted, link)).toEqual({ ok: false, error: 'INVOICE_PAID', detail: { paymentId: draft.draftId } });
    expect(rows().vouchers).toEqual([]);
  });
});

describe('the whole wallet', () => {
  it('loads a purse, pays out of it with no network, shows the same code again, and closes it', async () => {
    const wallet = await phone.start();
    expect(await until(wallet, (now) => now.offline !== null)).toMatchObject({ offline: { purses: [], limMinor: 50_000, capMinor: 20_000, keeping: 'kept', halved: false } });
    expect(await wallet.loadPurse({ kind: 'open' }, '１００', { user: PIN, challenge: null })).toMatchObject({ ok: true, value: { limMinor: 10_000, spendableMinor: 10_000, state: 'active' } });
    const draft = await wallet.prepare(await code());
    if (!draft.ok) throw new Error(draft.error);
    phone.network.up = false;
    const paid = await wallet.pay(draft.value.draftId, PIN);
    if (!paid.ok) throw new Error(paid.error);
    const shown = await wallet.presentVoucher(paid.value.paymentId);
    expect(shown).toMatchObject({ ok: true, value: { type: 'voucher', code: paid.value.code, state: 'presented', amountMinor: 1_850, merchantName: '街角面馆' } });
    const unsettled = { count: 1, amountMinor: 1_850 };
    expect(await until(wallet, (now) => now.offline?.unsettled.count === 1)).toMatchObject({ offline: { purses: [{ spendableMinor: 8_150, paymentsLeft: 39 }], unsettled } });
    phone.network.up = true;
    await wallet.wake('button');
    const sent = await until(wallet, (now) => now.waiting === 0 && phone.disk.rows.outbox.size === 0);
    expect(sent.offline?.unsettled.count).toBe(0);
    expect(sent.recent[0]).toMatchObject({ type: 'voucher', id: paid.value.paymentId, state: 'presented', code: paid.value.code, reason: null });
    expect(sent.recent.slice(1).map((record) => record.type).toSorted()).toEqual(['credit', 'purse']);
    expect(await wallet.records(null)).toEqual({ ok: true, value: sent.recent });
    expect(await wallet.record('voucher', paid.value.paymentId)).toEqual({ ok: true, value: sent.recent[0] });
    const id = rows().purses[0]?.id ?? '';
    expect(await wallet.closePurse(id)).toMatchObject({ ok: true, value: { state: 'closing', spendableMinor: 0 } });
    expect(await wallet.presentVoucher('00'.repeat(16))).toEqual({ ok: false, error: 'NOT_FOUND' });
  });
});
