/** All SQL of identity: parties, devices, sessions and what proves a user. */
import type { Statement } from './postgres-database.ts';

export const IDENTITY = {
  party: { name: 'party', text: 'select * from parties where id = $1' },
  lockParty: { name: 'party-lock', text: 'select id from parties where id = $1 for update' },
  insertParty: {
    name: 'party-insert',
    text: 'insert into parties (id, kind, name, ccy, play_money, status, created_at_ms) values ($1, $2, $3, $4, $5, $6, $7)',
  },
  merchant: { name: 'merchant', text: 'select * from merchants where id = $1' },
  merchantOfParty: { name: 'merchant-of-party', text: 'select * from merchants where party_id = $1' },
  insertMerchant: {
    name: 'merchant-insert',
    text: 'insert into merchants (id, party_id, name, ccy, status, status_index, next_terminal) values ($1, $2, $3, $4, $5, $6, $7)',
  },
  takeTerminal: {
    name: 'merchant-take-terminal',
    text: 'update merchants set next_terminal = next_terminal + 1 where id = $1 returning next_terminal - 1 as terminal',
  },
  device: { name: 'device', text: 'select * from devices where id = $1' },
  deviceByKey: { name: 'device-by-key', text: 'select * from devices where public_key = $1' },
  devicesOfParty: { name: 'devices-of-party', text: 'select * from devices where party_id = $1 order by created_at_ms, id' },
  liveDevicesOfParty: { name: 'devices-of-party-live', text: 'select * from devices where party_id = $1 and revoked_at_ms is null order by created_at_ms, id' },
  insertDevice: {
    name: 'device-insert',
    text: `insert into devices (id, party_id, public_key, terminal, created_at_ms, revoked_at_ms) values ($1, $2, $3, $4, $5, $6)
      on conflict (public_key) do nothing returning id`,
  },
  revokeDevice: { name: 'device-revoke', text: 'update devices set revoked_at_ms = $2 where id = $1 and revoked_at_ms is null' },
  session: { name: 'session', text: 'select * from sessions where token_hash = $1' },
  insertSession: {
    name: 'session-insert',
    text: 'insert into sessions (token_hash, device_id, party_id, expires_at_ms) values ($1, $2, $3, $4)',
  },
  deleteSession: { name: 'session-delete', text: 'delete from sessions where token_hash = $1' },
  deleteSessionsOfDevice: { name: 'sessions-of-device-delete', text: 'delete from sessions where device_id = $1' },
  insertEnrolment: { name: 'enrolment-insert', text: 'insert into enrolments (code_hash, party_id, expires_at_ms) values ($1, $2, $3)' },
  takeEnrolment: { name: 'enrolment-take', text: 'delete from enrolments where code_hash = $1 returning *' },
  takeChallenge: {
    name: 'challenge-take',
    text: 'insert into challenges (challenge_hash, expires_at_ms) values ($1, $2) on conflict (challenge_hash) do nothing returning challenge_hash',
  },
  pin: { name: 'pin', text: 'select * from pins where party_id = $1 for update' },
  insertPin: {
    name: 'pin-insert',
    text: `insert into pins (party_id, hash, wrong, locked_until_ms) values ($1, $2, $3, $4) on conflict (party_id) do nothing returning party_id`,
  },
  putPin: {
    name: 'pin-put',
    text: `insert into pins (party_id, hash, wrong, locked_until_ms) values ($1, $2, $3, $4)
      on conflict (party_id) do update set hash = excluded.hash, wrong = excluded.wrong, locked_until_ms = excluded.locked_until_ms`,
  },
  deletePin: { name: 'pin-delete', text: 'delete from pins where party_id = $1' },
  passkey: { name: 'passkey', text: 'select * from passkeys where id = $1' },
  passkeysOfParty: { name: 'passkeys-of-party', text: 'select * from passkeys where party_id = $1 order by created_at_ms, id' },
  putPasskey: {
    name: 'passkey-put',
    text: `insert into passkeys (id, party_id, public_key, sign_count, rp_id, created_at_ms) values ($1, $2, $3, $4, $5, $6)
      on conflict (id) do update set party_id = excluded.party_id, public_key = excluded.public_key, sign_count = excluded.sign_count,
        rp_id = excluded.rp_id, created_at_ms = excluded.created_at_ms`,
  },
  confirmation: { name: 'confirmation', text: 'select * from confirmations where order_hash = $1' },
  putConfirmation: {
    name: 'confirmation-put',
    text: `insert into confirmations (order_hash, party_id, device_id, method, expires_at_ms) values ($1, $2, $3, $4, $5)
      on conflict (order_hash) do update set party_id = excluded.party_id, device_id = excluded.device_id,
        method = excluded.method, expires_at_ms = excluded.expires_at_ms`,
  },
  setting: { name: 'setting', text: 'select value from settings where name = $1' },
  putSetting: {
    name: 'setting-put',
    text: 'insert into settings (name, value) values ($1, $2) on conflict (name) do update set value = excluded.value',
  },
  takeNumber: {
    name: 'number-take',
    text: `insert into numbers (name, next) values ($1, $2::bigint + 1)
      on conflict (name) do update set next = greatest(numbers.next, $2::bigint) + 1 returning next - 1 as number`,
  },
  numbersTaken: { name: 'numbers-taken', text: 'select next from numbers where name = $1' },
  unfreezeParty: { name: 'party-unfreeze', text: `update parties set status = 'active' where id = $1` },
  frozenParties: { name: 'parties-frozen', text: `select * from parties where status = 'frozen' order by id limit $1` },
  partiesNamed: { name: 'parties-named', text: 'select * from parties where position(lower($1) in lower(name)) > 0 order by created_at_ms desc, id limit $2' },
  freezeParty: { name: 'party-freeze', text: `update parties set status = 'frozen' where id = $1` },
  deviceOfTerminal: {
    name: 'device-of-terminal',
    text: `select * from devices where party_id = $1 and terminal = $2 and revoked_at_ms is null order by created_at_ms desc, id desc limit 1`,
  },
  sweepSessions: { name: 'sessions-sweep', text: 'delete from sessions where expires_at_ms <= $1' },
  sweepEnrolments: { name: 'enrolments-sweep', text: 'delete from enrolments where expires_at_ms <= $1' },
  sweepChallenges: { name: 'challenges-sweep', text: 'delete from challenges where expires_at_ms <= $1' },
  sweepConfirmations: { name: 'confirmations-sweep', text: 'delete from confirmations where expires_at_ms <= $1' },
} as const satisfies Record<string, Statement>;
