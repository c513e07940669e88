-- Which voucher paid which sale, where somebody showed its invoice: a voucher itself names no sale. A voided one makes room.
create table voucher_sales (
  merchant_id text collate "C" not null,
  terminal bigint not null,
  sale_nonce text collate "C" not null,
  vid text collate "C" not null,
  primary key (merchant_id, terminal, sale_nonce)
);
