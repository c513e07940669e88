-- The ledger. Written for any PostgreSQL and for the engines that speak it: no sequences, triggers, procedures or foreign
-- keys across accounts; every unique key holds the column its table would be spread by.

create table accounts (
  id text collate "C" primary key,
  ccy integer not null,
  balance_minor bigint not null,
  constraint funded_accounts_stay_positive check (
    balance_minor >= 0 or not (id like 'user:%' or id like 'rsv:%' or id like 'mer:%')
  )
);

create table journal (
  ref text collate "C" not null,
  leg integer not null,
  debit text collate "C" not null,
  credit text collate "C" not null,
  amount_minor bigint not null check (amount_minor > 0),
  ccy integer not null,
  at_ms bigint not null,
  primary key (ref, leg),
  check (debit <> credit)
);

-- verdict and change are JSON kept as text: what was said once is said again byte for byte.
create table payments (
  id text collate "C" primary key,
  payer_party_id text collate "C" not null,
  device_id text collate "C" not null,
  merchant_id text collate "C" not null,
  terminal bigint not null,
  sale_nonce text collate "C" not null,
  invoice_hash text collate "C" not null,
  amount_minor bigint not null,
  ccy integer not null,
  fingerprint text collate "C" not null,
  verdict text not null
);

-- A sale is paid once, whichever of its codes was scanned. Its own table, so that its key is by merchant.
create table settled_sales (
  merchant_id text collate "C" not null,
  terminal bigint not null,
  sale_nonce text collate "C" not null,
  payment_id text collate "C" not null,
  primary key (merchant_id, terminal, sale_nonce)
);

-- What each party is told, 1, 2, 3 ... without gaps: the head row is locked while a change is appended.
create table feed_heads (
  party_id text collate "C" primary key,
  head bigint not null
);

create table feed (
  party_id text collate "C" not null,
  seq bigint not null,
  change text not null,
  primary key (party_id, seq)
);
