/** The identity half of an SQL transaction. What a decision counts (PIN guesses, devices) is locked by the read itself. */
import { assert } from '#base/assert.ts';
import type {
  Confirmation,
  Device,
  DeviceTx,
  Enrolment,
  Merchant,
  Party,
  PartyTx,
  Passkey,
  PinState,
  ProofTx,
  Session,
  SessionTx,
} from '#server/core/ports.ts';
import type { Sql } from './postgres-database.ts';
import { IDENTITY } from './postgres-identity-statements.ts';
import { one, rows, run } from './postgres-rows.ts';

export function partyTx(sql: Sql): PartyTx {
  return {
    party: (id) => one<Party>(sql, IDENTITY.party, [id]),
    insertParty: ({ id, kind, name, ccy, playMoney, status, createdAtMs }) =>
      run(sql, IDENTITY.insertParty, [id, kind, name, ccy, playMoney, status, createdAtMs]),
    merchant: (id) => one<Merchant>(sql, IDENTITY.merchant, [id]),
    merchantOfParty: (partyId) => one<Merchant>(sql, IDENTITY.merchantOfParty, [partyId]),
    insertMerchant: ({ id, partyId, name, ccy, status, statusIndex, nextTerminal }) =>
      run(sql, IDENTITY.insertMerchant, [id, partyId, name, ccy, status, statusIndex, nextTerminal]),
    async takeTerminal(merchantId) {
      const taken = await one<{ terminal: number }>(sql, IDENTITY.takeTerminal, [merchantId]);
      assert(taken !== null, 'the merchant exists');
      return taken.terminal;
    },
    setting: async (name) => (await one<{ value: string }>(sql, IDENTITY.setting, [name]))?.value ?? null,
    putSetting: (name, value) => run(sql, IDENTITY.putSetting, [name, value]),
    async takeNumber(name, atLeast = 0) {
      const taken = await one<{ number: number }>(sql, IDENTITY.takeNumber, [name, atLeast]);
      assert(taken !== null, 'a named row always has a next number');
      return taken.number;
    },
    numbersTaken: async (name) => (await one<{ next: number }>(sql, IDENTITY.numbersTaken, [name]))?.next ?? 0,
    freezeParty: (id) => run(sql, IDENTITY.freezeParty, [id]),
    unfreezeParty: (id) => run(sql, IDENTITY.unfreezeParty, [id]),
    frozenParties: (limit) => rows<Party>(sql, IDENTITY.frozenParties, [limit]),
    partiesNamed: (text, limit) => rows<Party>(sql, IDENTITY.partiesNamed, [text, limit]),
  };
}

export function deviceTx(sql: Sql): DeviceTx {
  return {
    device: (id) => one<Device>(sql, IDENTITY.device, [id]),
    deviceByKey: (publicKey) => one<Device>(sql, IDENTITY.deviceByKey, [publicKey]),
    async devicesOfParty(partyId) {
      await run(sql, IDENTITY.lockParty, [partyId]);
      return rows<Device>(sql, IDENTITY.devicesOfParty, [partyId]);
    },
    async liveDevicesOfParty(partyId) {
      await run(sql, IDENTITY.lockParty, [partyId]);
      return rows<Device>(sql, IDENTITY.liveDevicesOfParty, [partyId]);
    },
    insertDevice: async ({ id, partyId, publicKey, terminal, createdAtMs, revokedAtMs }) =>
      (await sql.query(IDENTITY.insertDevice, [id, partyId, publicKey, terminal, createdAtMs, revokedAtMs])).length === 1,
    revokeDevice: (id, atMs) => run(sql, IDENTITY.revokeDevice, [id, atMs]),
    deviceOfTerminal: (partyId, terminal) => one<Device>(sql, IDENTITY.deviceOfTerminal, [partyId, terminal]),
  };
}

export function sessionTx(sql: Sql): SessionTx {
  return {
    session: (tokenHash) => one<Session>(sql, IDENTITY.session, [tokenHash]),
    insertSession: ({ tokenHash, deviceId, partyId, expiresAtMs }) => run(sql, IDENTITY.insertSession, [tokenHash, deviceId, partyId, expiresAtMs]),
    deleteSession: (tokenHash) => run(sql, IDENTITY.deleteSession, [tokenHash]),
    deleteSessionsOfDevice: (deviceId) => run(sql, IDENTITY.deleteSessionsOfDevice, [deviceId]),
  };
}

export function proofTx(sql: Sql): ProofTx {
  return {
    insertEnrolment: ({ codeHash, partyId, expiresAtMs }) => run(sql, IDENTITY.insertEnrolment, [codeHash, partyId, expiresAtMs]),
    takeEnrolment: (codeHash) => one<Enrolment>(sql, IDENTITY.takeEnrolment, [codeHash]),
    takeChallenge: async (challengeHash, expiresAtMs) => (await sql.query(IDENTITY.takeChallenge, [challengeHash, expiresAtMs])).length === 1,
    pin: (partyId) => one<PinState>(sql, IDENTITY.pin, [partyId]),
    insertPin: async ({ partyId, hash, wrong, lockedUntilMs }) => (await sql.query(IDENTITY.insertPin, [partyId, hash, wrong, lockedUntilMs])).length === 1,
    putPin: ({ partyId, hash, wrong, lockedUntilMs }) => run(sql, IDENTITY.putPin, [partyId, hash, wrong, lockedUntilMs]),
    deletePin: (partyId) => run(sql, IDENTITY.deletePin, [partyId]),
    passkey: (id) => one<Passkey>(sql, IDENTITY.passkey, [id]),
    async passkeysOfParty(partyId) {
      await run(sql, IDENTITY.lockParty, [partyId]);
      return rows<Passkey>(sql, IDENTITY.passkeysOfParty, [partyId]);
    },
    putPasskey: ({ id, partyId, publicKey, signCount, rpId, createdAtMs }) =>
      run(sql, IDENTITY.putPasskey, [id, partyId, publicKey, signCount, rpId, createdAtMs]),
    confirmation: (orderHash) => one<Confirmation>(sql, IDENTITY.confirmation, [orderHash]),
    putConfirmation: ({ orderHash, partyId, deviceId, method, expiresAtMs }) =>
      run(sql, IDENTITY.putConfirmation, [orderHash, partyId, deviceId, method, expiresAtMs]),
  };
}
