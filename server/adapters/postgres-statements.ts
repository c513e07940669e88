/** All SQL of the ledger, in one place, so that a reader (and a test that takes a lock away) sees what money rests on. */
import type { Statement } from './postgres-database.ts';

export const LEDGER = {
  openAccounts: {
    name: 'accounts-open',
    text: 'insert into accounts (id, ccy, balance_minor) select unnest($1::text[]), $2, 0 on conflict (id) do nothing',
  },
  lockAccounts: {
    name: 'accounts-lock',
    text: 'select id, ccy, balance_minor from accounts where id = any($1::text[]) order by id for update',
  },
  moveBalances: {
    name: 'accounts-move',
    text: `update accounts set balance_minor = accounts.balance_minor + delta.minor
      from unnest($1::text[], $2::bigint[]) as delta (id, minor)
      where accounts.id = delta.id and accounts.ccy = $3 returning accounts.id`,
  },
  insertJournal: {
    name: 'journal-insert',
    text: `insert into journal (ref, leg, debit, credit, amount_minor, ccy, at_ms)
      select * from unnest($1::text[], $2::int[], $3::text[], $4::text[], $5::bigint[], $6::int[], $7::bigint[])`,
  },
  paymentById: { name: 'payment-by-id', text: 'select * from payments where id = $1' },
  paymentBySale: {
    name: 'payment-by-sale',
    text: `select payments.* from settled_sales join payments on payments.id = settled_sales.payment_id
      where settled_sales.merchant_id = $1 and settled_sales.terminal = $2 and settled_sales.sale_nonce = $3 and settled_sales.amount_minor = $4`,
  },
  insertPayment: {
    name: 'payment-insert',
    text: `insert into payments (id, payer_party_id, device_id, merchant_id, terminal, sale_nonce, invoice_hash, amount_minor, ccy, fingerprint, verdict)
      values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) on conflict (id) do nothing returning id`,
  },
  insertSettledSale: {
    name: 'settled-sale-insert',
    text: 'insert into settled_sales (merchant_id, terminal, sale_nonce, amount_minor, payment_id) values ($1, $2, $3, $4, $5)',
  },
  nextFeedSeq: {
    name: 'feed-next',
    text: `insert into feed_heads (party_id, head) values ($1, 1)
      on conflict (party_id) do update set head = feed_heads.head + 1 returning head`,
  },
  insertFeed: { name: 'feed-insert', text: 'insert into feed (party_id, seq, change) values ($1, $2, $3)' },
  /** One statement, so one snapshot: the balance is the one at the head. */
  readFeed: {
    name: 'feed-read',
    text: `select
        coalesce((select head from feed_heads where party_id = $1), 0) as head,
        coalesce((select balance_minor from accounts where id = $2), 0) as balance_minor,
        array(select change from feed where party_id = $1 and seq > $3 order by seq limit $4) as changes`,
  },
  feedHeads: { name: 'feed-heads', text: 'select party_id, head from feed_heads where party_id = any($1::text[])' },
  balance: { name: 'balance-read', text: 'select balance_minor from accounts where id = $1' },
  auditAccounts: { name: 'audit-accounts', text: 'select id, balance_minor from accounts' },
  auditJournal: { name: 'audit-journal', text: 'select ref, leg, debit, credit, amount_minor, ccy, at_ms from journal order by at_ms, ref, leg' },
  auditPayments: { name: 'audit-payments', text: 'select * from payments order by id' },
  ping: { name: 'ping', text: 'select 1' },
} as const satisfies Record<string, Statement>;

export type LedgerStatements = { readonly [name in keyof typeof LEDGER]: Statement };
