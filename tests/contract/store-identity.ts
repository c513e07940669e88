/** The identity half of the store contract: parties, devices, and what is good for one use only. */
import { describe, expect, it } from 'vitest';
import type { Device, Passkey, Store } from '#server/core/ports.ts';
import { merchantOf, shopper } from './store-rows.ts';

const party = shopper('1');
const device: Device = { id: 'd'.repeat(32), partyId: party.id, publicKey: 'A'.repeat(44), terminal: null, createdAtMs: 1, revokedAtMs: null };
const passkey: Passkey = { id: 'key-1', partyId: party.id, publicKey: 'pQEC', signCount: 0, rpId: 'localhost', createdAtMs: 1 };

export function identityContract(current: () => Store): void {
  describe('parties and merchants', () => {
    it('gives back what was stored', async () => {
      await current().transaction(async (tx) => {
        const shop = { ...shopper('2'), kind: 'merchant', name: '街角面馆', status: 'frozen' } as const;
        const merchant = merchantOf(shop, 'e', 0);
        await tx.insertParty(party);
        await tx.insertParty(shop);
        await tx.insertMerchant(merchant);
        expect([await tx.party(party.id), await tx.party(shop.id), await tx.party('0'.repeat(32))]).toEqual([party, shop, null]);
        expect([await tx.merchant(merchant.id), await tx.merchantOfParty(shop.id), await tx.merchantOfParty(party.id)]).toEqual([merchant, merchant, null]);
      });
    });

    it('hands out terminals and numbers one by one', async () => {
      const merchant = merchantOf(party, 'e', 0);
      await current().transaction((tx) => tx.insertMerchant(merchant));
      const take = (): Promise<number[]> => current().transaction(async (tx) => [await tx.takeTerminal(merchant.id), await tx.takeNumber('index')]);
      expect([await take(), await take()]).toEqual([[1, 0], [2, 1]]);
      await expect(current().transaction((tx) => tx.takeTerminal('0'.repeat(16)))).rejects.toThrow();
    });

    it('refuses a second merchant of a party and a second use of a status index, as bugs', async () => {
      await current().transaction((tx) => tx.insertMerchant(merchantOf(party, 'e', 0)));
      await expect(current().transaction((tx) => tx.insertMerchant(merchantOf(party, 'f', 1)))).rejects.toThrow();
      await expect(current().transaction((tx) => tx.insertMerchant(merchantOf(shopper('2'), 'f', 0)))).rejects.toThrow();
    });

    it('tells how many numbers were taken, and freezes an account', async () => {
      await current().transaction(async (tx) => {
        await tx.insertParty(party);
        expect(await tx.numbersTaken('index')).toBe(0);
        await tx.takeNumber('index');
        await tx.takeNumber('index');
        expect(await tx.numbersTaken('index')).toBe(2);
        expect([await tx.takeNumber('time', 1_793_491_200), await tx.takeNumber('time', 5), await tx.takeNumber('index', 1)]).toEqual([1_793_491_200, 1_793_491_201, 2]);
        await tx.freezeParty(party.id);
        expect(await tx.party(party.id)).toEqual({ ...party, status: 'frozen' });
      });
    });

    it('finds accounts by a part of their name, the newest first, and takes every letter as it stands', async () => {
      const named = (digit: string, name: string, createdAtMs: number) => ({ ...shopper(digit), name, createdAtMs });
      const [noodles, soup, odd] = [named('1', 'Noodle Bar', 1), named('2', '老王 noodles', 2), named('3', '50%_off', 3)];
      await current().transaction(async (tx) => {
        for (const each of [noodles, soup, odd]) await tx.insertParty(each);
        expect([await tx.partiesNamed('NOODLE', 9), await tx.partiesNamed('noodle', 1), await tx.partiesNamed('王', 9)]).toEqual([[soup, noodles], [soup], [soup]]);
        expect([await tx.partiesNamed('%', 9), await tx.partiesNamed('o_o', 9), await tx.partiesNamed('', 9)]).toEqual([[odd], [], [odd, soup, noodles]]);
      });
    });

    it('keeps settings', async () => {
      await current().transaction((tx) => tx.putSetting('demo', 'one'));
      await current().transaction((tx) => tx.putSetting('demo', '两'));
      expect(await current().transaction(async (tx) => [await tx.setting('demo'), await tx.setting('other')])).toEqual(['两', null]);
    });
  });

  describe('devices and sessions', () => {
    it('finds a device by id, key and party; revokes once', async () => {
      const till: Device = { ...device, id: 'c'.repeat(32), publicKey: 'B'.repeat(44), terminal: 3, createdAtMs: 2 };
      await current().transaction(async (tx) => {
        await tx.insertParty(party);
        await tx.insertDevice(device);
        await tx.insertDevice(till);
      });
      await current().transaction((tx) => tx.revokeDevice(till.id, 10));
      await current().transaction((tx) => tx.revokeDevice(till.id, 99));
      await current().transaction(async (tx) => {
        const revoked = { ...till, revokedAtMs: 10 };
        expect([await tx.device(device.id), await tx.deviceByKey(till.publicKey), await tx.deviceByKey('C'.repeat(44))]).toEqual([device, revoked, null]);
        expect(await tx.devicesOfParty(party.id)).toEqual([device, revoked]);
        expect(await tx.liveDevicesOfParty(party.id)).toEqual([device]);
        const newer: Device = { ...till, id: 'e'.repeat(32), publicKey: 'E'.repeat(44), createdAtMs: 3 };
        expect(await tx.deviceOfTerminal(party.id, 3)).toBeNull();
        await tx.insertDevice(newer);
        expect([await tx.deviceOfTerminal(party.id, 3), await tx.deviceOfTerminal(party.id, 4), await tx.deviceOfTerminal('0'.repeat(32), 3)]).toEqual([newer, null, null]);
      });
    });

    it('says no to a device key that exists, and leaves the first as it is', async () => {
      const again = { ...device, id: 'c'.repeat(32) };
      const inserted = await current().transaction(async (tx) => [await tx.insertDevice(device), await tx.insertDevice(again)]);
      expect(inserted).toEqual([true, false]);
      expect(await current().transaction((tx) => Promise.all([tx.deviceByKey(device.publicKey), tx.device(again.id)]))).toEqual([device, null]);
    });

    it('ends sessions one by one and by device', async () => {
      const session = (digit: string, deviceId: string) => ({ tokenHash: digit.repeat(64), deviceId, partyId: party.id, expiresAtMs: 50 });
      const [one, two, three] = [session('1', 'x'), session('2', 'x'), session('3', 'y')];
      await current().transaction(async (tx) => {
        for (const each of [one, two, three]) await tx.insertSession(each);
        expect(await tx.session(one.tokenHash)).toEqual(one);
        await tx.deleteSession(one.tokenHash);
        await tx.deleteSessionsOfDevice('y');
      });
      const left = await current().transaction((tx) => Promise.all([one, two, three].map((each) => tx.session(each.tokenHash))));
      expect(left).toEqual([null, two, null]);
    });
  });

  describe('what proves a user', () => {
    it('takes a code and a challenge once', async () => {
      const enrolment = { codeHash: 'a'.repeat(64), partyId: party.id, expiresAtMs: 50 };
      await current().transaction((tx) => tx.insertEnrolment(enrolment));
      const take = () => current().transaction(async (tx) => [await tx.takeEnrolment(enrolment.codeHash), await tx.takeChallenge('c'.repeat(64), 50)]);
      expect([await take(), await take()]).toEqual([[enrolment, true], [null, false]]);
    });

    it('keeps PIN, passkeys and confirmations, and their changes', async () => {
      const pin = { partyId: party.id, hash: '$argon2id$', wrong: 0, lockedUntilMs: 0 };
      const confirmation = { orderHash: 'b'.repeat(64), partyId: party.id, deviceId: device.id, method: 'pin', expiresAtMs: 50 } as const;
      await current().transaction(async (tx) => {
        await tx.insertParty(party);
        expect([await tx.insertPin(pin), await tx.insertPin({ ...pin, hash: 'other' })]).toEqual([true, false]);
        expect(await tx.pin(party.id)).toEqual(pin);
        await tx.putPin({ ...pin, wrong: 3, lockedUntilMs: 1_793_491_200_000 });
        await tx.putPasskey(passkey);
        await tx.putPasskey({ ...passkey, signCount: 4_294_967_295 });
        await tx.putConfirmation(confirmation);
        await tx.putConfirmation({ ...confirmation, method: 'passkey' });
      });
      await current().transaction(async (tx) => {
        expect([await tx.pin(party.id), await tx.pin('0')]).toEqual([{ ...pin, wrong: 3, lockedUntilMs: 1_793_491_200_000 }, null]);
        expect(await tx.passkeysOfParty(party.id)).toEqual([{ ...passkey, signCount: 4_294_967_295 }]);
        expect([await tx.passkey(passkey.id), await tx.passkey('other')]).toEqual([{ ...passkey, signCount: 4_294_967_295 }, null]);
        expect([await tx.confirmation(confirmation.orderHash), await tx.confirmation('0')]).toEqual([{ ...confirmation, method: 'passkey' }, null]);
        await tx.putPin({ ...pin, partyId: 'other' });
        await tx.deletePin(party.id);
        expect([await tx.pin(party.id), await tx.pin('other')]).toEqual([null, { ...pin, partyId: 'other' }]);
      });
    });

    it('sweeps what is out of date, and nothing else', async () => {
      const old = 100;
      const fresh = 101;
      await current().transaction(async (tx) => {
        for (const expiresAtMs of [old, fresh]) {
          await tx.insertSession({ tokenHash: `s${expiresAtMs}`, deviceId: device.id, partyId: party.id, expiresAtMs });
          await tx.insertEnrolment({ codeHash: `e${expiresAtMs}`, partyId: party.id, expiresAtMs });
          await tx.takeChallenge(`c${expiresAtMs}`, expiresAtMs);
          await tx.putConfirmation({ orderHash: `o${expiresAtMs}`, partyId: party.id, deviceId: device.id, method: 'pin', expiresAtMs });
        }
      });
      await current().sweep(old);
      await current().transaction(async (tx) => {
        expect([await tx.session('s100'), await tx.takeEnrolment('e100'), await tx.confirmation('o100')]).toEqual([null, null, null]);
        expect(await tx.takeChallenge('c100', 200)).toBe(true);
        expect([await tx.session('s101'), await tx.takeEnrolment('e101'), await tx.confirmation('o101')]).not.toContain(null);
        expect(await tx.takeChallenge('c101', 200)).toBe(false);
      });
    });
  });
}
