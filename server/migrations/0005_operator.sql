-- What the operator's people decide: answers to appeals, and who gave which order when.
alter table appeals add column answer text;
alter table appeals add column answered_at_ms bigint;
create index appeals_open on appeals (at_ms) where answer is null;
create index parties_frozen on parties (id) where status = 'frozen';

create table operator_orders (
  seq bigint primary key,
  at_ms bigint not null,
  given_by text not null,
  kind text not null,
  subject text collate "C" not null,
  note text not null
);
