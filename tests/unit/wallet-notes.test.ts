/** What a till signs for its customer: taken when the shop signed it about a voucher of this wallet, kept before it is told, and brought to the server. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fromBase64Url } from '#base/bytes.ts';
import { compactCode, compactReceipt } from '#protocol/link.ts';
import type { Note, Voucher } from '#protocol/objects.ts';
import { decodeVoucher } from '#protocol/voucher.ts';
import { generateSigner } from '#server/adapters/issuer-es256.ts';
import type { Core } from '#wallet/core.ts';
import { pullFeed } from '#wallet/feed.ts';
import { signPayment } from '#wallet/sign-voucher.ts';
import { takeNote } from '#wallet/take-note.ts';
import { trustedKeySet } from '#wallet/trust.ts';
import type { JoinedDevice } from '../fixtures/http-server.ts';
import { PIN, type MemoryPhone, until } from '../fixtures/memory-ports.ts';
import { openPurseWorld, type PurseWorld } from '../fixtures/purse-phone.ts';
import { noteItem, noteOf, syncNow, voucherItem } from '../fixtures/purses.ts';

let world: PurseWorld;
let phone: MemoryPhone;
let till: JoinedDevice;
let core: Core;
let voucher: Voucher;
const row = () => world.rows().vouchers[0];
const state = () => row()?.state;
const textOf = (note: Note) => compactCode(note.kind === 'ack' ? 'ack' : 'note', note.bytes);

beforeEach(async () => {
  world = await openPurseWorld();
  ({ phone } = world);
  till = await world.server.joined('demo-merchant', 'till2.chit.localhost:8080');
  core = await world.tab();
  await world.loaded(core);
  await signPayment(core, await world.sheet(core, await world.code()));
  const read = decodeVoucher(fromBase64Url(row()?.bytes ?? '') ?? new Uint8Array());
  if (!read.ok) throw new Error(read.error);
  voucher = read.value;
});
afterEach(() => world.close());

describe('a note of the shop', () => {
  it('that acknowledges is kept with what it changes, and claims the payment for the shop', async () => {
    const ack = await noteOf(world.server, till, voucher, { kind: 'ack' });
    phone.network.up = false;
    const commits = phone.disk.commits;
    expect(await takeNote(core, textOf(ack))).toEqual({ ok: true, value: { kind: 'ack', voucherId: row()?.id, amountMinor: null } });
    expect(phone.disk.commits).toBe(commits + 1);
    expect(state()).toMatchObject({ kind: 'acked' });
    expect([...phone.disk.rows.outbox.values()].map((one) => (JSON.parse(one.body) as { k: string }).k).sort()).toEqual(['A', 'V']);
    phone.network.up = true;
    const wallet = await phone.start();
    await until(wallet, () => phone.disk.rows.outbox.size === 0 && state()?.kind === 'settled');
  });

  it('that gives back, and that the server refuses because its till was switched off, gives nothing back: the server says what stands', async () => {
    const given = await noteOf(world.server, till, voucher, { kind: 'void' });
    phone.network.up = false;
    expect(await takeNote(core, textOf(given))).toMatchObject({ ok: true, value: { kind: 'void' } });
    expect(state()).toMatchObject({ kind: 'voided' });
    await syncNow(till, [voucherItem(voucher)]);
    expect(await till.ask('DELETE', '/v1/sessions/current')).toMatchObject({ status: 204 });
    phone.network.up = true;
    const wallet = await phone.start();
    await until(wallet, () => phone.disk.rows.outbox.size === 0 && state()?.kind === 'settled');
  });

  it('that gives back what another device paid, and is refused, gives nothing back: the shop is paid when another till brings it', async () => {
    const given = await noteOf(world.server, till, voucher, { kind: 'void' });
    const paid = row();
    if (paid === undefined) throw new Error('no voucher');
    phone.disk.rows.vouchers.set(paid.id, { ...paid, bytes: null });
    phone.disk.rows.outbox.clear();
    expect(await takeNote(core, textOf(given))).toMatchObject({ ok: true, value: { kind: 'void' } });
    expect(await till.ask('DELETE', '/v1/sessions/current')).toMatchObject({ status: 204 });
    const wallet = await phone.start();
    await until(wallet, () => phone.disk.rows.outbox.size === 0);
    expect(state()).toMatchObject({ kind: 'presented' });
    await syncNow(await world.server.joined('demo-merchant', 'till3.chit.localhost:8080'), [voucherItem(voucher)]);
    await wallet.wake('button');
    await until(wallet, () => state()?.kind === 'settled');
  });

  it('that gives back, and that its till had brought before it was switched off, stays given back', async () => {
    const given = await noteOf(world.server, till, voucher, { kind: 'void' });
    expect(await takeNote(core, textOf(given))).toMatchObject({ ok: true, value: { kind: 'void' } });
    await syncNow(till, [voucherItem(voucher), noteItem(given)]);
    expect(await till.ask('DELETE', '/v1/sessions/current')).toMatchObject({ status: 204 });
    // The news come before the phone can bring what it scanned, and do not come again.
    expect(await pullFeed(core)).toBe(true);
    const wallet = await phone.start();
    await until(wallet, () => phone.disk.rows.outbox.size === 0);
    expect(state()).toMatchObject({ kind: 'voided' });
  });

  it('that gives back, and is refused, takes nothing from what the server had told: a refund of before stays', async () => {
    const refund = await noteOf(world.server, till, voucher, { kind: 'refund', amountMinor: 600 });
    await syncNow(till, [voucherItem(voucher), noteItem(refund)]);
    expect(await pullFeed(core)).toBe(true);
    expect(state()).toMatchObject({ kind: 'settled', refundedMinor: 600 });
    await takeNote(core, textOf(await noteOf(world.server, till, voucher, { kind: 'void' })));
    expect(await till.ask('DELETE', '/v1/sessions/current')).toMatchObject({ status: 204 });
    const wallet = await phone.start();
    await until(wallet, () => phone.disk.rows.outbox.size === 0);
    expect(state()).toMatchObject({ kind: 'settled', refundedMinor: 600 });
  });

  it('that gives back what another device paid, and is refused, leaves it paid where the server had told that', async () => {
    const paid = row();
    if (paid === undefined) throw new Error('no voucher');
    phone.disk.rows.vouchers.set(paid.id, { ...paid, bytes: null });
    phone.disk.rows.outbox.clear();
    await syncNow(till, [voucherItem(voucher)]);
    expect(await pullFeed(core)).toBe(true);
    await takeNote(core, textOf(await noteOf(world.server, till, voucher, { kind: 'void' })));
    expect(state()).toMatchObject({ kind: 'voided' });
    expect(await till.ask('DELETE', '/v1/sessions/current')).toMatchObject({ status: 204 });
    const wallet = await phone.start();
    await until(wallet, () => phone.disk.rows.outbox.size === 0);
    expect(state()).toMatchObject({ kind: 'settled' });
  });

  it('that gives back brings the money home', async () => {
    const given = await noteOf(world.server, till, voucher, { kind: 'void' });
    expect(await takeNote(core, textOf(given))).toMatchObject({ ok: true, value: { kind: 'void' } });
    expect(state()).toMatchObject({ kind: 'voided' });
    const wallet = await phone.start();
    const done = await until(wallet, (now) => phone.disk.rows.outbox.size === 0 && now.balance?.amountMinor === 50_000 - 10_000 + 1_850);
    expect(done.recent[0]).toMatchObject({ type: 'voucher', state: 'voided', code: null });
  });

  it('that refunds moves nothing here until the server has; then the record says how much', async () => {
    await syncNow(till, [voucherItem(voucher)]);
    const refund = await noteOf(world.server, till, voucher, { kind: 'refund', amountMinor: 600 });
    expect(await takeNote(core, textOf(refund))).toEqual({ ok: true, value: { kind: 'refund', voucherId: row()?.id, amountMinor: 600 } });
    expect(state()).toMatchObject({ kind: 'signed' });
    const wallet = await phone.start();
    const done = await until(wallet, (now) => phone.disk.rows.outbox.size === 0 && now.recent.some((one) => one.type === 'voucher' && one.refundedMinor > 0));
    expect(done.recent.find((one) => one.type === 'voucher')).toMatchObject({ state: 'settled', refundedMinor: 600 });
    expect(done.balance?.amountMinor).toBe(50_000 - 10_000 + 600);
  });

  it('scanned twice is kept once, and sent once', async () => {
    const ack = await noteOf(world.server, till, voucher, { kind: 'ack' });
    for (let n = 0; n < 2; n++) expect(await takeNote(core, textOf(ack))).toMatchObject({ ok: true });
    expect(phone.disk.rows.outbox.size).toBe(2);
  });

  it('under a key that this phone has not heard of is taken: it asks which keys there are', async () => {
    const ack = await noteOf(world.server, till, voucher, { kind: 'ack' });
    const held = await trustedKeySet(core);
    if (held === null) throw new Error('no keys');
    core.memory.keySet = { ...held, seq: 0, keys: [], bytes: new Uint8Array(1) };
    expect(await takeNote(core, textOf(ack))).toMatchObject({ ok: true, value: { kind: 'ack' } });
  });

  it('survives a lost reply: the same bytes again', async () => {
    const given = await noteOf(world.server, till, voucher, { kind: 'void' });
    await takeNote(core, textOf(given));
    const met = phone.network.fail('POST', '/v1/sync', 'drop-reply');
    const wallet = await phone.start();
    await met;
    const empty = until(wallet, () => phone.disk.rows.outbox.size === 0);
    await wallet.wake('button');
    world.server.clock.advance(600_000);
    await empty;
    expect(state()).toMatchObject({ kind: 'voided' });
  });
});

describe('what is no note for this wallet', () => {
  const nothingKept = () => {
    expect(state()).toMatchObject({ kind: 'signed' });
    expect(phone.disk.rows.outbox.size).toBe(1);
  };

  it('is one of another shop, about another voucher, or forged', async () => {
    const forged = await noteOf(world.server, till, voucher, { kind: 'void' }, { key: generateSigner() });
    expect(await takeNote(core, textOf(forged))).toEqual({ ok: false, error: 'E_NOTE_SIG' });
    const other = await noteOf(world.server, till, voucher, { kind: 'ack' }, { vid: new Uint8Array(16) });
    expect(await takeNote(core, textOf(other))).toEqual({ ok: false, error: 'NOTE_NOT_YOURS' });
    const purse = await noteOf(world.server, till, voucher, { kind: 'refund', amountMinor: 1 }, { purseId: new Uint8Array(8) });
    expect(await takeNote(core, textOf(purse))).toEqual({ ok: false, error: 'E_NOTE_SIG' });
    const stored = row();
    if (stored === undefined) throw new Error('no voucher');
    phone.disk.rows.vouchers.set(stored.id, { ...stored, merchantId: '00'.repeat(8) });
    expect(await takeNote(core, textOf(await noteOf(world.server, till, voucher, { kind: 'ack' })))).toEqual({ ok: false, error: 'E_NOTE_SIG' });
    nothingKept();
  });

  it('is a refund of more than was paid', async () => {
    const much = await noteOf(world.server, till, voucher, { kind: 'refund', amountMinor: 1_851 });
    expect(await takeNote(core, textOf(much))).toEqual({ ok: false, error: 'E_AMOUNT' });
    nothingKept();
  });

  it('is another code of ours, or none', async () => {
    expect(await takeNote(core, await world.code())).toEqual({ ok: false, error: 'E_WRONG_CODE', detail: { found: 'invoice' } });
    expect(await takeNote(core, compactCode('voucher', voucher.bytes))).toMatchObject({ ok: false, error: 'E_WRONG_CODE' });
    expect(await takeNote(core, 'https://example.org')).toMatchObject({ ok: false, error: 'E_PREFIX' });
    nothingKept();
  });

  it('is one that cannot be written', async () => {
    const ack = await noteOf(world.server, till, voucher, { kind: 'ack' });
    phone.disk.fault = (kind) => (kind === 'write' ? 'STORAGE_FULL' : null);
    expect(await takeNote(core, textOf(ack))).toEqual({ ok: false, error: 'STORAGE_FULL' });
    nothingKept();
  });
});

describe('what an online payment shows to a till with no network', () => {
  it('is its receipt and the code to read out; nothing before it is settled', async () => {
    const wallet = await phone.start();
    const draft = await wallet.prepare(await world.code('7'));
    if (!draft.ok) throw new Error(draft.error);
    const gate = phone.network.hold('POST', '/v1/payments');
    const paid = await wallet.pay(draft.value.draftId, PIN);
    if (!paid.ok) throw new Error(paid.error);
    await gate.reached;
    expect(await wallet.paymentProof(paid.value.paymentId)).toEqual({ ok: false, error: 'NOT_FOUND' });
    gate.release();
    const settled = await until(wallet, (now) => now.recent.some((one) => one.type === 'payment' && one.state === 'settled'));
    expect(settled.recent).toBeDefined();
    const proof = await wallet.paymentProof(paid.value.paymentId);
    const stored = phone.disk.rows.payments.get(paid.value.paymentId)?.state;
    const receipt = stored?.kind === 'settled' ? fromBase64Url(stored.receipt) : null;
    expect(proof).toEqual({ ok: true, value: { receiptCode: compactReceipt(receipt ?? new Uint8Array()), confirmationCode: expect.stringMatching(/^\d{4} \d{4}$/) } });
    expect(await wallet.paymentProof('00'.repeat(16))).toEqual({ ok: false, error: 'NOT_FOUND' });
  });

  it('is the receipt alone where only the feed told of it', async () => {
    const wallet = await phone.start();
    const draft = await wallet.prepare(await world.code('7'));
    if (!draft.ok) throw new Error(draft.error);
    void phone.network.fail('POST', '/v1/payments', 'drop-reply');
    const paid = await wallet.pay(draft.value.draftId, PIN);
    if (!paid.ok) throw new Error(paid.error);
    await until(wallet, (now) => now.recent.some((one) => one.type === 'payment' && one.state === 'settled'));
    expect(await wallet.paymentProof(paid.value.paymentId)).toMatchObject({ ok: true, value: { receiptCode: expect.stringMatching(/^OP1R:/), confirmationCode: null } });
  });
});

describe('an appeal', () => {
  it('of the same words is one, however often and from whichever start; other words are another', async () => {
    const wallet = await phone.start();
    await until(wallet, () => phone.disk.rows.outbox.size === 0);
    const id = row()?.id ?? '';
    void phone.network.fail('POST', '/v1/appeals', 'drop-reply');
    expect(await wallet.appeal(id, ' 我没有付两次 ')).toMatchObject({ ok: false, error: 'OFFLINE' });
    expect(await wallet.appeal(id, '我没有付两次')).toEqual({ ok: true, value: undefined });
    expect(await (await phone.start()).appeal(id, '我没有付两次')).toMatchObject({ ok: true });
    expect(await wallet.appeal(id, '还有别的')).toMatchObject({ ok: true });
    const ids = phone.network.bodies('/v1/appeals').map((body) => (JSON.parse(body) as { appealId: string }).appealId);
    expect(new Set(ids).size).toBe(2);
    expect(await wallet.appeal(id, '  ')).toEqual({ ok: false, error: 'BAD_REQUEST' });
    expect(await wallet.appeal('00'.repeat(16), '谁的')).toMatchObject({ ok: false, error: 'NOT_FOUND' });
  });
});
