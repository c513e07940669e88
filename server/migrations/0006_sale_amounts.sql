-- A charge is not signed: whoever reads its nonce can write another with an amount of his own. A sale is named by its amount too, so that
-- a cent paid under its nonce neither pays it nor stands in the way of who pays it.
alter table settled_sales add column amount_minor bigint;
update settled_sales set amount_minor = payments.amount_minor from payments where payments.id = settled_sales.payment_id;
alter table settled_sales alter column amount_minor set not null;
alter table settled_sales drop constraint settled_sales_pkey;
alter table settled_sales add primary key (merchant_id, terminal, sale_nonce, amount_minor);

alter table voucher_sales add column amount_minor bigint;
update voucher_sales set amount_minor = vouchers.amount_minor from vouchers where vouchers.vid = voucher_sales.vid;
alter table voucher_sales alter column amount_minor set not null;
alter table voucher_sales drop constraint voucher_sales_pkey;
alter table voucher_sales add primary key (merchant_id, terminal, sale_nonce, amount_minor);
