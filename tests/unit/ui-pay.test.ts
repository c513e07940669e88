/** The payment's way through the screens: one payment whatever the fingers do, and no charge lost on the way. */
import { beforeEach, expect, test } from 'vitest';
import { err, ok } from '#base/result.ts';
import { createPay } from '#ui/models/pay.ts';
import type { PayModel } from '#ui/models/pay.ts';
import { draft, fakeWallet, snapshot } from '../fixtures/fake-wallet.ts';
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
  expect(await Promise.all(taps)).toEqual(['p1', 'p1', 'p1']);
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
  const id = await pay.pay(PIN);
  expect(pay.keptText()).toBeNull();
  expect(pay.state.value.kind).toBe('paid');
  pay.leave();
  expect(pay.state.value.kind).toBe('none');
  expect(pay.takeFresh(id ?? '')).toBe(true);
  expect(pay.takeFresh(id ?? '')).toBe(false);
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
