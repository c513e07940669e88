/** All SQL of purses, vouchers and notes. */
import type { Statement } from './postgres-database.ts';

export const VOUCHER_COLUMNS = `vid, purse_id, payer_party_id, merchant_id, invoice_hash, seq, cum_minor, amount_minor, prev, ccy, bytes, in_chain,
  verdict, outcome, reserve_minor, guarantee_minor, fell_short, refunded_minor, returned_minor, decided_at_ms, held_until_ms, voided_at_ms`;

export const PURSES = {
  purse: { name: 'purse', text: 'select * from purses where id = $1' },
  pursesOfParty: { name: 'purses-of-party', text: `select * from purses where party_id = $1 and state <> 'released' order by opened_at_ms, id` },
  insertPurse: {
    name: 'purse-insert',
    text: `insert into purses (id, party_id, device_id, kind, merchant_id, ccy, lim_minor, cap_minor, max_count, status_index, exp_ms,
        claim_deadline_ms, certificate, fingerprint, state, opened_at_ms, revoked_at_ms, declared_head)
      values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18) on conflict (id) do nothing returning id`,
  },
  putPurse: {
    name: 'purse-put',
    text: `update purses set lim_minor = $2, cap_minor = $3, max_count = $4, exp_ms = $5, claim_deadline_ms = $6, certificate = $7, state = $8,
        revoked_at_ms = $9, declared_head = $10 where id = $1`,
  },
  topUp: { name: 'top-up', text: 'select * from top_ups where id = $1' },
  insertTopUp: { name: 'top-up-insert', text: 'insert into top_ups (id, purse_id, add_minor) values ($1, $2, $3) on conflict (id) do nothing returning id' },
  voucher: { name: 'voucher', text: `select ${VOUCHER_COLUMNS} from vouchers where vid = $1` },
  neighbours: {
    name: 'voucher-neighbours',
    text: `(select ${VOUCHER_COLUMNS} from vouchers where purse_id = $1 and seq = $2 and in_chain)
      union all (select ${VOUCHER_COLUMNS} from vouchers where purse_id = $1 and seq < $2 and in_chain order by seq desc limit 1)
      union all (select ${VOUCHER_COLUMNS} from vouchers where purse_id = $1 and seq > $2 and in_chain order by seq limit 1)`,
  },
  headOfPurse: {
    name: 'voucher-head',
    text: `select ${VOUCHER_COLUMNS} from vouchers where purse_id = $1 and in_chain order by seq desc, vid limit 1`,
  },
  reportedOfPurse: {
    name: 'vouchers-reported',
    text: `select ${VOUCHER_COLUMNS} from vouchers where purse_id = $1 and outcome = 'PAYER_REPORTED' order by seq, vid`,
  },
  voucherCount: { name: 'voucher-count', text: 'select count(*) as vouchers from (select 1 from vouchers where purse_id = $1 limit $2) as counted' },
  hasVoucherOf: { name: 'voucher-of-merchant', text: 'select vid from vouchers where purse_id = $1 and merchant_id = $2 limit 1' },
  insertVoucher: {
    name: 'voucher-insert',
    text: `insert into vouchers (${VOUCHER_COLUMNS})
      values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22)`,
  },
  putVoucher: {
    name: 'voucher-put',
    text: `update vouchers set verdict = $2, outcome = $3, reserve_minor = $4, guarantee_minor = $5, fell_short = $6, refunded_minor = $7,
        returned_minor = $8, decided_at_ms = $9, held_until_ms = $10, voided_at_ms = $11 where vid = $1`,
  },
  invoicePaidBy: {
    name: 'invoice-paid-by',
    text: 'select paid_by from paid_invoices where merchant_id = $1 and invoice_hash = $2 and amount_minor = $3',
  },
  insertPaidInvoice: {
    name: 'paid-invoice-insert',
    text: 'insert into paid_invoices (merchant_id, invoice_hash, amount_minor, paid_by) values ($1, $2, $3, $4)',
  },
  voucherOfSale: {
    name: 'voucher-of-sale',
    text: 'select vid from voucher_sales where merchant_id = $1 and terminal = $2 and sale_nonce = $3 and amount_minor = $4',
  },
  putVoucherOfSale: {
    name: 'voucher-of-sale-put',
    text: `insert into voucher_sales (merchant_id, terminal, sale_nonce, amount_minor, vid) values ($1, $2, $3, $4, $5)
      on conflict (merchant_id, terminal, sale_nonce, amount_minor) do update set vid = excluded.vid returning vid`,
  },
  reportedSale: { name: 'reported-sale', text: 'select terminal, sale_nonce from reported_sales where vid = $1' },
  insertReportedSale: {
    name: 'reported-sale-insert',
    text: 'insert into reported_sales (vid, terminal, sale_nonce) values ($1, $2, $3) on conflict (vid) do nothing returning vid',
  },
  guaranteeUse: {
    name: 'guarantee-use',
    text: `select
        coalesce(sum(guarantee_minor - returned_minor) filter (where purse_id = $1), 0)::bigint as for_purse_minor,
        coalesce(sum(guarantee_minor - returned_minor) filter (where decided_at_ms >= $3), 0)::bigint as since_minor,
        count(*) as fell_short
      from vouchers where merchant_id = $2 and fell_short and voided_at_ms is null`,
  },
  note: { name: 'note', text: 'select * from notes where note_id = $1' },
  notesOfVoucher: { name: 'notes-of-voucher', text: 'select * from notes where vid = $1 and merchant_id = $2 order by at_ms, note_id' },
  insertNote: {
    name: 'note-insert',
    text: `insert into notes (note_id, kind, vid, merchant_id, refund_id, amount_minor, bytes, verdict, at_ms)
      values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
  },
  putNote: { name: 'note-put', text: 'update notes set verdict = $2, at_ms = $3 where note_id = $1' },
  proof: { name: 'proof', text: 'select * from proofs where purse_id = $1' },
  insertProof: { name: 'proof-insert', text: 'insert into proofs (purse_id, one, other, at_ms) values ($1, $2, $3, $4)' },
  appeal: { name: 'appeal', text: 'select * from appeals where id = $1' },
  appealCount: { name: 'appeal-count', text: 'select count(*) as appeals from appeals where party_id = $1 and answer is null' },
  insertAppeal: { name: 'appeal-insert', text: 'insert into appeals (id, party_id, subject, text, at_ms) values ($1, $2, $3, $4, $5)' },
  revokedIndexes: {
    name: 'purses-revoked',
    text: `select status_index from purses where revoked_at_ms is not null and claim_deadline_ms >= $1 order by status_index`,
  },
  statusList: { name: 'status-list', text: 'select * from status_lists where seq = $1' },
  newestStatusList: { name: 'status-list-newest', text: 'select * from status_lists order by seq desc limit 1' },
  insertStatusList: {
    name: 'status-list-insert',
    text: `insert into status_lists (seq, at_ms, revocations, list) select $1, $2, $3, $4
      where not exists (select 1 from status_lists where seq >= $1) on conflict (seq) do nothing returning seq`,
  },
  /** Those that a newer one has replaced before that time. */
  sweepStatusLists: { name: 'status-lists-sweep', text: 'delete from status_lists where seq < (select max(seq) from status_lists where at_ms < $1)' },
  duePurses: {
    name: 'purses-due',
    text: `select id, claim_deadline_ms as at_ms from purses
      where claim_deadline_ms < $1 and state <> 'released' and (claim_deadline_ms, id) > ($3, $4) order by claim_deadline_ms, id limit $2`,
  },
  dueHeld: {
    name: 'vouchers-due',
    text: `select vid as id, held_until_ms as at_ms from vouchers
      where held_until_ms <= $1 and (held_until_ms, vid) > ($3, $4) order by held_until_ms, vid limit $2`,
  },
  auditPurses: {
    name: 'audit-purses',
    text: `select purses.id, party_id, lim_minor, state, proofs.purse_id is not null as proved
      from purses left join proofs on proofs.purse_id = purses.id order by purses.id`,
  },
  auditVouchers: { name: 'audit-vouchers', text: `select ${VOUCHER_COLUMNS} from vouchers order by vid` },
} as const satisfies Record<string, Statement>;
