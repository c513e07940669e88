/** What the operator's people do about phones, tills and PINs: who is out, who gets in again, and what it costs nobody. */
import { beforeEach, describe, expect, it } from 'vitest';
import { newEnrolmentCode } from '#server/core/enrolment.ts';
import { endDevice, enrolDevice, resetPin, restorePurse } from '#server/core/operator.ts';
import { accountsNamed, heldPurses, liveDevices, ordersGiven } from '#server/core/operator-lists.ts';
import { accountLines, deviceLines, purseHeldLines } from '#server/operator-words.ts';
import { DEMO_PIN, enrolled, openSession, type JoinedDevice, type TestServer } from '../fixtures/http-server.ts';
import { openOfflineShop, type OfflineShop } from '../fixtures/offline-shop.ts';
import { noteItem, noteOf, syncNow, verdictOf, voucherItem } from '../fixtures/purses.ts';

const LIM = 20_000;
const WU = { by: 'Wu', note: '' };
const NOBODY = 'f'.repeat(32);
let shop: OfflineShop;
let server: TestServer;
let shopper: JoinedDevice;
let till: JoinedDevice;

beforeEach(async () => {
  shop = await openOfflineShop(LIM);
  ({ server, shopper, till } = shop);
});

const deps = () => server.options;
const orders = async (): Promise<string[]> => (await ordersGiven(server.store)).map(({ kind, subject, by }) => `${by} ${kind} ${subject}`);

describe('a device that is ended', () => {
  it('is out at once, a till too: it lists, refunds and signs in no more, and the other till of the shop goes on', async () => {
    const other = await server.joined('demo-merchant', 'till2.chit.localhost:8080');
    const voucher = await shop.sign(500);
    await verdictOf(till, voucherItem(voucher));
    expect(await endDevice(deps(), WU, till.me.device.id)).toEqual({ ok: true, value: true });
    expect((await till.ask('GET', '/v1/me')).problem?.code).toBe('UNAUTHENTICATED');
    expect((await openSession(server.browser(till.host), till.key, { kind: 'device', deviceId: till.me.device.id })).problem?.code).toBe('DEVICE_REVOKED');
    expect(await verdictOf(other, noteItem(await noteOf(server, till, voucher, { kind: 'refund', amountMinor: 500 })))).toMatchObject({ verdict: 'REJECTED' });
    expect((await other.ask('GET', '/v1/me')).status).toBe(200);
    expect(await endDevice(deps(), WU, till.me.device.id)).toEqual({ ok: false, error: 'ENDED' });
    expect(await endDevice(deps(), WU, NOBODY)).toEqual({ ok: false, error: 'NOT_FOUND' });
    expect(await orders()).toEqual([`Wu end ${till.me.device.id}`]);
  });

  it('takes its purse with it; what was signed before is still paid', async () => {
    const voucher = await shop.sign(500);
    await endDevice(deps(), WU, shopper.me.device.id);
    const [held] = (await heldPurses(server.store, shopper.me.account.id)) ?? [];
    expect(held?.purse).toMatchObject({ state: 'closing', revokedAtMs: server.clock.nowMs() });
    expect(await restorePurse(deps(), WU, shop.purse.view.id)).toEqual({ ok: false, error: 'DEVICE_GONE' });
    expect(await verdictOf(till, voucherItem(voucher))).toMatchObject({ verdict: 'SETTLED' });
    await shop.money();
  });
});

describe('a code for an account that there is', () => {
  it('lets one more device in, with its money and its PIN; a shop gets its next till', async () => {
    await endDevice(deps(), WU, shopper.me.device.id);
    const join = async (account: string, host?: string): Promise<JoinedDevice> => {
      const code = newEnrolmentCode(deps().random);
      expect(await enrolDevice(deps(), WU, account, code)).toEqual({ ok: true, value: true });
      return enrolled(server.browser(host), code);
    };
    const phone = await join(shopper.me.account.id);
    expect(phone.me).toMatchObject({ account: { id: shopper.me.account.id, pinSet: true } });
    expect(phone.me.account.balanceMinor).toBeGreaterThan(0);
    expect(phone.me.device.id).not.toBe(shopper.me.device.id);
    const second = await join(till.me.account.id, 'till2.chit.localhost:8080');
    expect(second.me.till).toMatchObject({ merchantId: till.me.till?.merchantId, terminal: (till.me.till?.terminal ?? 0) + 1 });
    expect((await syncNow(till, [])).results).toEqual([]);
    expect(await enrolDevice(deps(), WU, NOBODY, 'AAAA')).toEqual({ ok: false, error: 'NOT_FOUND' });
    expect((await orders()).slice(0, 2)).toEqual([`Wu enrol ${till.me.account.id}`, `Wu enrol ${shopper.me.account.id}`]);
  });
});

describe('a forgotten PIN', () => {
  const setPin = async (pin: string, current?: string) => (await shopper.ask('POST', '/v1/pin', { json: { pin, ...(current === undefined ? {} : { current }) } })).problem?.code ?? 'set';

  it('is gone with its lock, and the account chooses the next', async () => {
    for (let guess = 0; guess < 5; guess++) await setPin('864213', '246802');
    expect(await setPin('864213', DEMO_PIN)).toBe('PIN_LOCKED');
    expect(await resetPin(deps(), WU, shopper.me.account.id)).toEqual({ ok: true, value: true });
    expect(await resetPin(deps(), WU, shopper.me.account.id)).toEqual({ ok: false, error: 'NO_PIN' });
    expect(await resetPin(deps(), WU, NOBODY)).toEqual({ ok: false, error: 'NOT_FOUND' });
    expect(await setPin('864213', DEMO_PIN)).toBe('PIN_NOT_SET');
    expect((await shopper.ask('GET', '/v1/me')).json).toMatchObject({ account: { pinSet: false } });
    expect([await setPin('864213'), await setPin('975318', '864213')]).toEqual(['set', 'set']);
    expect(await orders()).toEqual([`Wu reset-pin ${shopper.me.account.id}`]);
  });
});

describe('the ids that orders name', () => {
  it('are found from a name', async () => {
    const [account] = await accountsNamed(server.store, '街角');
    expect(accountLines([account].filter((each) => each !== undefined))[0]).toContain(`account ${till.me.account.id}  街角面馆  merchant  active  since `);
    expect(accountLines(await accountsNamed(server.store, 'nobody'))).toEqual(['No account has a name like this.']);
    const [device] = deviceLines((await liveDevices(server.store, till.me.account.id)) ?? []);
    expect(device).toContain(`device ${till.me.device.id}  till no. ${till.me.till?.terminal}  since `);
    const [purse] = purseHeldLines((await heldPurses(server.store, shopper.me.account.id)) ?? []);
    expect(purse).toContain(`purse ${shop.purse.view.id}  active  holds 200.00 CNY of 200.00 CNY, on device ${shopper.me.device.id} since `);
    expect([await liveDevices(server.store, NOBODY), await heldPurses(server.store, NOBODY)]).toEqual([null, null]);
    expect([deviceLines([]), purseHeldLines([])]).toEqual([['This account has no device.'], ['This account has no purse.']]);
  });
});
