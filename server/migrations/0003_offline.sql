-- Paying with no network: purses, vouchers, what tills sign about them, and what became of them.

-- A merchant may owe for voids and refunds; its money and what is held for it never go below zero.
alter table accounts drop constraint funded_accounts_stay_positive;
alter table accounts add constraint funded_accounts_stay_positive check (
  balance_minor >= 0 or not (id like 'user:%' or id like 'rsv:%' or id like 'mer:%') or id like 'mer:%:receivable'
);

-- An invoice is paid once, by a payment or by a voucher.
create table paid_invoices (
  merchant_id text collate "C" not null,
  invoice_hash text collate "C" not null,
  paid_by text collate "C" not null,
  primary key (merchant_id, invoice_hash)
);
insert into paid_invoices (merchant_id, invoice_hash, paid_by)
  select payments.merchant_id, payments.invoice_hash, payments.id from settled_sales join payments on payments.id = settled_sales.payment_id;

create table purses (
  id text collate "C" primary key,
  party_id text collate "C" not null,
  device_id text collate "C" not null,
  kind text not null check (kind in ('open', 'tab')),
  merchant_id text collate "C",
  ccy integer not null,
  lim_minor bigint not null check (lim_minor > 0),
  cap_minor bigint not null,
  max_count bigint not null,
  status_index bigint not null,
  exp_ms bigint not null,
  claim_deadline_ms bigint not null,
  certificate text not null,
  fingerprint text collate "C" not null,
  state text not null check (state in ('active', 'closing', 'frozen', 'released')),
  opened_at_ms bigint not null,
  revoked_at_ms bigint,
  declared_head text
);
create index purses_by_party on purses (party_id);
create index purses_by_deadline on purses (claim_deadline_ms) where state <> 'released';
create index purses_revoked on purses (status_index) where revoked_at_ms is not null;

create table top_ups (
  id text collate "C" primary key,
  purse_id text collate "C" not null,
  add_minor bigint not null check (add_minor > 0)
);

-- verdict is JSON kept as text, like that of payments; outcome is its name, for the indexes.
create table vouchers (
  vid text collate "C" primary key,
  purse_id text collate "C" not null,
  payer_party_id text collate "C" not null,
  merchant_id text collate "C" not null,
  invoice_hash text collate "C" not null,
  seq bigint not null,
  cum_minor bigint not null,
  amount_minor bigint not null,
  prev text collate "C" not null,
  ccy integer not null,
  bytes text not null,
  in_chain boolean not null,
  verdict text not null,
  outcome text not null,
  reserve_minor bigint not null,
  guarantee_minor bigint not null,
  fell_short boolean not null,
  refunded_minor bigint not null,
  returned_minor bigint not null,
  decided_at_ms bigint not null,
  held_until_ms bigint,
  voided_at_ms bigint,
  constraint refunds_stay_within_what_was_paid check (refunded_minor between 0 and reserve_minor + guarantee_minor)
);
create index vouchers_by_purse on vouchers (purse_id, seq);
create index vouchers_short on vouchers (merchant_id, decided_at_ms) where fell_short;
create index vouchers_held on vouchers (held_until_ms) where held_until_ms is not null;

create table notes (
  note_id text collate "C" primary key,
  kind text not null check (kind in ('ack', 'void', 'refund')),
  vid text collate "C" not null,
  merchant_id text collate "C" not null,
  refund_id text collate "C",
  amount_minor bigint,
  bytes text not null,
  verdict text not null,
  at_ms bigint not null
);
create index notes_by_voucher on notes (vid);

create table proofs (
  purse_id text collate "C" primary key,
  one text not null,
  other text not null,
  at_ms bigint not null
);

create table status_lists (
  seq bigint primary key,
  at_ms bigint not null,
  revocations bigint not null,
  list text not null
);

create table appeals (
  id text collate "C" primary key,
  party_id text collate "C" not null,
  subject text collate "C" not null,
  text text not null,
  at_ms bigint not null
);
create index appeals_by_party on appeals (party_id);
