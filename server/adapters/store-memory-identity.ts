/** The identity half of a memory transaction. Transactions run one by one, so what SQL locks needs no lock here. */
import { assert } from '#base/assert.ts';
import type { DeviceTx, PartyTx, ProofTx, SessionTx } from '#server/core/ports.ts';
import type { MemoryRows } from './store-memory-rows.ts';

export function partyTx(rows: MemoryRows): PartyTx {
  return {
    async party(id) {
      return rows.parties.get(id) ?? null;
    },
    async insertParty(party) {
      rows.parties.insert(party.id, party);
    },
    async merchant(id) {
      return rows.merchants.get(id) ?? null;
    },
    async merchantOfParty(partyId) {
      return rows.merchants.filter((merchant) => merchant.partyId === partyId)[0] ?? null;
    },
    async insertMerchant(merchant) {
      const clash = rows.merchants.filter((other) => other.partyId === merchant.partyId || other.statusIndex === merchant.statusIndex);
      assert(clash.length === 0, 'one merchant a party, one status index a merchant');
      rows.merchants.insert(merchant.id, merchant);
    },
    async takeTerminal(merchantId) {
      const merchant = rows.merchants.get(merchantId);
      assert(merchant !== undefined, 'the merchant exists');
      rows.merchants.put(merchantId, { ...merchant, nextTerminal: merchant.nextTerminal + 1 });
      return merchant.nextTerminal;
    },
    async setting(name) {
      return rows.settings.get(name) ?? null;
    },
    async putSetting(name, value) {
      rows.settings.put(name, value);
    },
    async takeNumber(name, atLeast = 0) {
      const number = Math.max(rows.numbers.get(name) ?? 0, atLeast);
      rows.numbers.put(name, number + 1);
      return number;
    },
    async numbersTaken(name) {
      return rows.numbers.get(name) ?? 0;
    },
    async freezeParty(id) {
      const party = rows.parties.get(id);
      if (party !== undefined) rows.parties.put(id, { ...party, status: 'frozen' });
    },
    async unfreezeParty(id) {
      const party = rows.parties.get(id);
      if (party !== undefined) rows.parties.put(id, { ...party, status: 'active' });
    },
    async frozenParties(limit) {
      const frozen = rows.parties.filter((party) => party.status === 'frozen');
      return frozen.sort((a, b) => (a.id < b.id ? -1 : 1)).slice(0, limit);
    },
    async partiesNamed(text, limit) {
      const named = rows.parties.filter((party) => party.name.toLowerCase().includes(text.toLowerCase()));
      return named.sort((a, b) => b.createdAtMs - a.createdAtMs || (a.id < b.id ? -1 : 1)).slice(0, limit);
    },
  };
}

export function deviceTx(rows: MemoryRows): DeviceTx {
  return {
    async device(id) {
      return rows.devices.get(id) ?? null;
    },
    async deviceByKey(publicKey) {
      return rows.devices.filter((device) => device.publicKey === publicKey)[0] ?? null;
    },
    async devicesOfParty(partyId) {
      return rows.devices.filter((device) => device.partyId === partyId);
    },
    async liveDevicesOfParty(partyId) {
      return rows.devices.filter((device) => device.partyId === partyId && device.revokedAtMs === null);
    },
    async insertDevice(device) {
      if (rows.devices.filter((other) => other.publicKey === device.publicKey).length > 0) return false;
      rows.devices.insert(device.id, device);
      return true;
    },
    async revokeDevice(id, atMs) {
      const device = rows.devices.get(id);
      if (device !== undefined && device.revokedAtMs === null) rows.devices.put(id, { ...device, revokedAtMs: atMs });
    },
    async deviceOfTerminal(partyId, terminal) {
      const live = rows.devices.filter((device) => device.partyId === partyId && device.terminal === terminal && device.revokedAtMs === null);
      return live.sort((a, b) => b.createdAtMs - a.createdAtMs || (a.id < b.id ? 1 : -1))[0] ?? null;
    },
  };
}

export function sessionTx(rows: MemoryRows): SessionTx {
  return {
    async session(tokenHash) {
      return rows.sessions.get(tokenHash) ?? null;
    },
    async insertSession(session) {
      rows.sessions.insert(session.tokenHash, session);
    },
    async deleteSession(tokenHash) {
      rows.sessions.delete(tokenHash);
    },
    async deleteSessionsOfDevice(deviceId) {
      for (const session of rows.sessions.filter((row) => row.deviceId === deviceId)) rows.sessions.delete(session.tokenHash);
    },
  };
}

export function proofTx(rows: MemoryRows): ProofTx {
  return {
    async insertEnrolment(enrolment) {
      rows.enrolments.insert(enrolment.codeHash, enrolment);
    },
    async takeEnrolment(codeHash) {
      const enrolment = rows.enrolments.get(codeHash) ?? null;
      rows.enrolments.delete(codeHash);
      return enrolment;
    },
    async takeChallenge(challengeHash, expiresAtMs) {
      if (rows.challenges.has(challengeHash)) return false;
      rows.challenges.put(challengeHash, expiresAtMs);
      return true;
    },
    async pin(partyId) {
      return rows.pins.get(partyId) ?? null;
    },
    async insertPin(state) {
      if (rows.pins.has(state.partyId)) return false;
      rows.pins.put(state.partyId, state);
      return true;
    },
    async putPin(state) {
      rows.pins.put(state.partyId, state);
    },
    async deletePin(partyId) {
      rows.pins.delete(partyId);
    },
    async passkey(id) {
      return rows.passkeys.get(id) ?? null;
    },
    async passkeysOfParty(partyId) {
      return rows.passkeys.filter((passkey) => passkey.partyId === partyId);
    },
    async putPasskey(passkey) {
      rows.passkeys.put(passkey.id, passkey);
    },
    async confirmation(orderHash) {
      return rows.confirmations.get(orderHash) ?? null;
    },
    async putConfirmation(confirmation) {
      rows.confirmations.put(confirmation.orderHash, confirmation);
    },
  };
}
