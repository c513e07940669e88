-- Who there is, on which devices, and how they prove it. Secrets are stored as hashes only.

create table parties (
  id text collate "C" primary key,
  kind text not null check (kind in ('shopper', 'merchant')),
  name text not null,
  ccy integer not null,
  play_money boolean not null,
  status text not null check (status in ('active', 'frozen')),
  created_at_ms bigint not null
);

create table merchants (
  id text collate "C" primary key,
  party_id text collate "C" not null unique,
  name text not null,
  ccy integer not null,
  status text not null check (status in ('active', 'suspended')),
  status_index bigint not null unique,
  next_terminal bigint not null
);

create table devices (
  id text collate "C" primary key,
  party_id text collate "C" not null,
  public_key text collate "C" not null unique,
  terminal bigint,
  created_at_ms bigint not null,
  revoked_at_ms bigint
);
create index devices_by_party on devices (party_id);

create table sessions (
  token_hash text collate "C" primary key,
  device_id text collate "C" not null,
  party_id text collate "C" not null,
  expires_at_ms bigint not null
);
create index sessions_by_device on sessions (device_id);
create index sessions_by_expiry on sessions (expires_at_ms);

create table enrolments (
  code_hash text collate "C" primary key,
  party_id text collate "C" not null,
  expires_at_ms bigint not null
);

create table challenges (
  challenge_hash text collate "C" primary key,
  expires_at_ms bigint not null
);
create index challenges_by_expiry on challenges (expires_at_ms);

create table pins (
  party_id text collate "C" primary key,
  hash text not null,
  wrong integer not null,
  locked_until_ms bigint not null
);

create table passkeys (
  id text collate "C" primary key,
  party_id text collate "C" not null,
  public_key text not null,
  sign_count bigint not null,
  rp_id text not null,
  created_at_ms bigint not null
);
create index passkeys_by_party on passkeys (party_id);

create table confirmations (
  order_hash text collate "C" primary key,
  party_id text collate "C" not null,
  device_id text collate "C" not null,
  method text not null check (method in ('pin', 'passkey')),
  expires_at_ms bigint not null
);
create index confirmations_by_expiry on confirmations (expires_at_ms);

create table settings (
  name text collate "C" primary key,
  value text not null
);

-- Named rows of numbers, instead of sequences: a number taken by a transaction that failed is given again.
create table numbers (
  name text collate "C" primary key,
  next bigint not null
);
