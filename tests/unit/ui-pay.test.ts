/** The payment's way through the screens: one payment whatever the fingers do, and no charge lost on the way. */
import { beforeEach, expect, test } from 'vitest';
import { err, ok } from '#base/result.ts';
import { createPay } from '#ui/models/pay.ts';
import type { PayModel } from '#ui/models/pay.ts';
import { draft, fakeWallet, snapshot, voucher } from '../fixtures/fake-wallet.ts';
import type { FakeWallet } from '../fixtures/fake-wallet.ts';
import { memoryStorage } from '../fixtures/memory-storage.ts';

let wallet: FakeWallet;
let session: Storage;
let pay: PayModel;

beforeEach(() => {
  wallet = fakeWallet(snapshot());
  session = memoryStorage();
  pay = createPay(wallet, session);
});

const PIN = { kind: 'pin', pin: '135790' } as const;

test('a text that is read becomes a draft, and is kept for a reload', async () => {
  expect((await pay.read('OP1I:X')).kind).toBe('draft');
  expect(createPay(wallet, session).keptText()).toBe('OP1I:X');
});

test('taps while a payment is on its way send nothing more', async () => {
  let answer: (paid: { paymentId: string }) => void = () => {};
  wallet = fakeWallet(snapshot(), { pay: () => new Promise((resolve) => (answer = (paid) => resolve(ok(paid)))) });
  pay = createPay(wallet, session);
  await pay.read('OP1I:X');
  const taps = [pay.pay(PIN), pay.pay(PIN), pay.pay(PIN)];
  expect(pay.state.value.kind).toBe('paying');
  answer({ paymentId: 'p1' });
  expect(await Promise.all(taps)).toEqual(Array.from({ length: 3 }, () => ({ type: 'payment', id: 'p1' })));
  expect(await pay.pay(PIN)).toBeNull();
  expect(wallet.calls.filter((call) => call === 'pay')).toHaveLength(1);
});

test('a wrong PIN leaves the draft as it was, with its problem', async () => {
  wallet = fakeWallet(snapshot(), { pay: () => Promise.resolve(err('PIN_WRONG', { triesLeft: 4 })) });
  pay = createPay(wallet, session);
  await pay.read('OP1I:X');
  expect(await pay.pay(PIN)).toBeNull();
  expect(pay.state.value).toEqual({ kind: 'draft', draft, problem: err('PIN_WRONG', { triesLeft: 4 }) });
  expect(pay.keptText()).toBe('OP1I:X');
});

test('after a payment nothing is kept, so that going back does not offer it again', async () => {
  await pay.read('OP1I:X');
  const id = (await pay.pay(PIN))?.id ?? '';
  expect(pay.keptText()).toBeNull();
  expect(pay.state.value.kind).toBe('paying');
  pay.leave();
  expect(pay.state.value.kind).toBe('none');
  // Else the wallet is busy with it for ever, and no update is offered.
  expect(wallet.calls).toContain('discard');
  expect(pay.takeFresh(id)).toBe(true);
  expect(pay.takeFresh(id)).toBe(false);
});

test('leaving gives the draft back to the wallet, but never while paying', async () => {
  await pay.read('OP1I:X');
  const paying = pay.pay(PIN);
  pay.leave();
  expect(pay.state.value.kind).toBe('paying');
  expect(pay.keptText()).toBe('OP1I:X');
  await paying;
  await pay.read('OP1I:Y');
  pay.leave();
  expect(wallet.calls).toContain('discard');
  expect(pay.keptText()).toBeNull();
});

test.each([
  ['left', false, null],
  ['off the screen, but not left', true, 'OP1I:X'],
])('a payment that fails after its sheet was %s is over: nothing stands in the way of the next one', async (_, keeping, kept) => {
  const given: string[] = [];
  wallet = fakeWallet(snapshot(), { pay: () => Promise.resolve(err('OFFLINE')), discard: (id) => Promise.resolve(void given.push(id)) });
  pay = createPay(wallet, session);
  await pay.read('OP1I:X');
  const paying = pay.pay(PIN);
  pay.leave(keeping);
  expect(await paying).toBeNull();
  expect(pay.state.value.kind).toBe('none');
  expect(given).toEqual(['d1']);
  expect(pay.keptText()).toBe(kept);
});

test('a sheet that was left and entered again while it pays is told what came of it', async () => {
  wallet = fakeWallet(snapshot(), { pay: () => Promise.resolve(err('OFFLINE')) });
  pay = createPay(wallet, session);
  await pay.read('OP1I:X');
  const paying = pay.pay(PIN);
  pay.leave();
  pay.enter();
  await paying;
  expect(pay.state.value).toMatchObject({ kind: 'draft', problem: { error: 'OFFLINE' } });
});

test('a code that is not taken is forgotten, with its reason on screen', async () => {
  wallet = fakeWallet(snapshot(), { prepare: () => Promise.resolve(err('E_PREFIX', { found: 'url' })) });
  pay = createPay(wallet, session);
  expect(await pay.read('https://example.org')).toMatchObject({ kind: 'unread', text: 'https://example.org' });
  expect(pay.keptText()).toBeNull();
});

test('of two readings the later one stands, whichever answers first', async () => {
  const answers = new Map<string, () => void>();
  wallet = fakeWallet(snapshot(), {
    prepare: (text) => new Promise((resolve) => answers.set(text, () => resolve(ok({ ...draft, draftId: text })))),
  });
  pay = createPay(wallet, session);
  const [first, second] = [pay.read('one'), pay.read('two')];
  answers.get('two')?.();
  await second;
  answers.get('one')?.();
  await first;
  expect(pay.state.value).toMatchObject({ kind: 'draft', draft: { draftId: 'two' } });
  expect(pay.keptText()).toBe('two');
});

test('a payment out of the purse leads to its own slip', async () => {
  wallet = fakeWallet(snapshot(), { pay: () => Promise.resolve(ok({ paymentId: 'v1', code: 'OP1V:X' })) });
  pay = createPay(wallet, session);
  await pay.read('OP1I:X');
  expect(await pay.pay(PIN)).toEqual({ type: 'voucher', id: 'v1' });
});

test('the passkey over a voucher and a PIN at the same moment are one payment', async () => {
  await pay.read('OP1I:X');
  const [first, second] = [pay.pay(PIN), pay.payOffline({ kind: 'passkey', assertion: { id: 'a', type: 'public-key' } }, 'd1')];
  expect(await first).toEqual(await second);
  expect(wallet.calls.filter((call) => call === 'pay' || call === 'payOffline')).toEqual(['pay']);
});

test("a till's note is kept, and is no charge; a note that is not taken says why", async () => {
  const note = { kind: 'void', voucherId: 'v1', amountMinor: null } as const;
  const wrong = (found: string) => fakeWallet(snapshot(), { prepare: () => Promise.resolve(err('E_WRONG_CODE', { found })), takeNote: () => Promise.resolve(ok(note)) });
  wallet = wrong('note');
  pay = createPay(wallet, session);
  expect(await pay.read('OP1F:X')).toEqual({ kind: 'noted', note });
  expect(pay.keptText()).toBeNull();
  expect(await createPay(wrong('receipt'), session).read('OP1R:X')).toMatchObject({ kind: 'unread', problem: { error: 'E_WRONG_CODE' } });
  const strange = fakeWallet(snapshot(), { prepare: () => Promise.resolve(err('E_WRONG_CODE', { found: 'ack' })), takeNote: () => Promise.resolve(err('NOTE_NOT_YOURS')) });
  expect(await createPay(strange, session).read('OP1A:X')).toMatchObject({ kind: 'unread', problem: { error: 'NOTE_NOT_YOURS' } });
});

test('a charge that this account has paid leads to its slip, out of the purse or online', async () => {
  const paidBy = (record: FakeWallet['record']) => fakeWallet(snapshot(), { prepare: () => Promise.resolve(err('INVOICE_PAID', { paymentId: 'p1' })), record });
  wallet = paidBy(() => Promise.resolve(err('NOT_FOUND')));
  pay = createPay(wallet, session);
  expect(await pay.read('OP1I:X')).toEqual({ kind: 'paid', paid: { type: 'payment', id: 'p1' } });
  expect(pay.keptText()).toBeNull();
  const fromPurse = paidBy(() => Promise.resolve(ok(voucher())));
  expect(await createPay(fromPurse, session).read('OP1I:X')).toEqual({ kind: 'paid', paid: { type: 'voucher', id: 'p1' } });
  const others = fakeWallet(snapshot(), { prepare: () => Promise.resolve(err('INVOICE_PAID')) });
  expect(await createPay(others, session).read('OP1I:X')).toMatchObject({ kind: 'unread', problem: { error: 'INVOICE_PAID' } });
});

test('the network goes while the sheet stands: the same charge is read again, and only one draft is left', async () => {
  const drafts = [draft, { ...draft, draftId: 'd2', connection: 'offline', plan: { source: 'none', why: 'OFFLINE' } }] as const;
  let reads = 0;
  const given: string[] = [];
  wallet = fakeWallet(snapshot(), {
    prepare: () => Promise.resolve(ok(drafts[reads++] ?? draft)),
    discard: (id) => Promise.resolve(void given.push(id)),
  });
  pay = createPay(wallet, session);
  await pay.read('OP1I:X');
  await pay.readAgain();
  expect(pay.state.value).toMatchObject({ kind: 'draft', draft: { draftId: 'd2', plan: { source: 'none' } } });
  expect(given).toEqual(['d1']);
});

test('reading again never takes the sheet from under a payment', async () => {
  let answer: () => void = () => {};
  let reads = 0;
  wallet = fakeWallet(snapshot(), {
    prepare: () => (reads++ === 0 ? Promise.resolve(ok(draft)) : new Promise((resolve) => (answer = () => resolve(ok({ ...draft, draftId: 'd2' }))))),
  });
  pay = createPay(wallet, session);
  await pay.read('OP1I:X');
  const again = pay.readAgain();
  const paid = pay.pay(PIN);
  answer();
  await Promise.all([again, paid]);
  expect(pay.state.value).toMatchObject({ kind: 'paying', draft: { draftId: 'd1' } });
});

test('while a passkey is asked for, the draft that it signs stays; what was signed for another one pays nothing', async () => {
  const answers: (() => void)[] = [];
  let reads = 0;
  const given: string[] = [];
  wallet = fakeWallet(snapshot(), {
    prepare: () => (reads++ === 0 ? Promise.resolve(ok(draft)) : new Promise((resolve) => answers.push(() => resolve(ok({ ...draft, draftId: `d${answers.length + 1}` }))))),
    discard: (id) => Promise.resolve(void given.push(id)),
  });
  pay = createPay(wallet, session);
  await pay.read('OP1I:X');
  const again = pay.readAgain();
  let answer: () => void = () => {};
  const asking = pay.ask('d1', () => new Promise((resolve) => (answer = resolve)));
  answers[0]?.();
  await Promise.all([again, pay.readAgain()]);
  expect([pay.asked.value, pay.state.value, given]).toMatchObject(['d1', { draft: { draftId: 'd1' } }, ['d2']]);
  expect(reads).toBe(2);
  answer();
  await asking;
  expect(pay.asked.value).toBeNull();
  const signed = { kind: 'passkey', assertion: { id: 'a', type: 'public-key' } } as const;
  expect([await pay.pay(signed, 'd0'), await pay.payOffline(signed, 'd0')]).toEqual([null, null]);
  expect(wallet.calls.filter((call) => call === 'pay' || call === 'payOffline')).toEqual([]);
  expect(await pay.pay(signed, 'd1')).toMatchObject({ type: 'payment' });
});

test('a storage that is full or forbids to be written costs the charge its reload, and nothing else; what is no code is not kept', async () => {
  const full: Storage = { ...memoryStorage(), setItem: () => { throw new DOMException('full', 'QuotaExceededError'); } };
  pay = createPay(wallet, full);
  pay.keep('OP1I:X');
  expect(await pay.read('OP1I:X')).toMatchObject({ kind: 'draft' });
  pay = createPay(wallet, session);
  pay.keep('x'.repeat(1_001));
  expect(pay.keptText()).toBeNull();
});
