-- A voucher names any invoice by its hash: a cent signed under the hash of a sale must not make the sale's own payment INVOICE_PAID. What is
-- paid is named by its amount too, as sales are. Vouchers first: a refused payment may bear the id of one, and a voucher that was not paid none.
alter table paid_invoices add column amount_minor bigint;
update paid_invoices set amount_minor = vouchers.amount_minor from vouchers
  where vouchers.vid = paid_invoices.paid_by and vouchers.invoice_hash = paid_invoices.invoice_hash and vouchers.reserve_minor + vouchers.guarantee_minor > 0;
update paid_invoices set amount_minor = payments.amount_minor from payments
  where payments.id = paid_invoices.paid_by and paid_invoices.amount_minor is null;
alter table paid_invoices alter column amount_minor set not null;
alter table paid_invoices drop constraint paid_invoices_pkey;
alter table paid_invoices add primary key (merchant_id, invoice_hash, amount_minor);
