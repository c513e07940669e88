-- Of a voucher's notes only its own merchant's count. What others sign about it, however much, is not read with them.
drop index notes_by_voucher;
create index notes_by_voucher on notes (vid, merchant_id);
