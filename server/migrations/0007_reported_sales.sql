-- Which sale a voucher pays that only its payer has brought, where he showed the invoice. It is asked when a till of the shop claims the
-- voucher that has no copy of the charge: the sale may have been paid online since. Merchant and amount are the voucher's own.
create table reported_sales (
  vid text collate "C" primary key,
  terminal bigint not null,
  sale_nonce text collate "C" not null
);
