/** A voucher at the counter: what is stored before anybody is told, who is asked, and what stands when nobody answers. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fromBase64Url } from '#base/bytes.ts';
import { compactCode } from '#protocol/link.ts';
import { fileOutcome } from '#wallet/claims.ts';
import type { Core } from '#wallet/core.ts';
import type { WalletStore } from '#wallet/ports.ts';
import type { Wallet } from '#wallet/wallet.ts';
import { write } from '#wallet/writer.ts';
import type { TestServer } from '../fixtures/http-server.ts';
import { createMemoryPhone, type MemoryPhone, PIN, until } from '../fixtures/memory-ports.ts';
import { openPurseWorld, type PurseWorld } from '../fixtures/purse-phone.ts';

let world: PurseWorld;
let server: TestServer;
let till: Wallet;
let tillPhone: MemoryPhone;
let payer: Core;

beforeEach(async () => {
  world = await openPurseWorld();
  ({ server, till, tillPhone } = world);
  payer = await world.tab();
  await world.loaded(payer);
  // The lists come with the first sync.
  await until(till, (now) => now.till?.listAge === 'fresh');
});
afterEach(() => world.close());

const claims = () => [...tillPhone.disk.rows.claims.values()];
const outbox = () => [...tillPhone.disk.rows.outbox.values()];
/** Its charge was paid by somebody else while nobody looked. */
const paidElsewhere = () =>
  server.store.transaction(async (tx) => {
    const merchantId = tillPhone.disk.rows.identity?.till?.merchantId ?? '';
    for (const { invoiceHash, amountMinor } of claims()) await tx.insertPaidInvoice({ merchantId, invoiceHash, amountMinor }, 'f'.repeat(32));
  });
const saleStates = () => [...tillPhone.disk.rows.sales.values()].map((sale) => sale.state.kind);

describe('a voucher, with a network', () => {
  it('is paid before anybody is told, and once', async () => {
    const code = await world.shown(payer, await world.code());
    expect(await till.take(code)).toMatchObject({ ok: true, value: { outcome: 'paid', by: 'voucher', sale: { state: 'paid', claim: { state: 'settled', paidMinor: 1_850 } } } });
    expect(outbox()).toEqual([]);
    expect(await till.take(code)).toMatchObject({ ok: true, value: { outcome: 'again' } });
    expect(claims()).toHaveLength(1);
  });

  it('is shown as accepted to nobody while the server is being asked; refused then, the sale is open again', async () => {
    const code = await world.shown(payer, await world.code());
    const seen = new Set<string | undefined>();
    void till.subscribe((now) => seen.add(now.paidUnseen[0]?.claim?.state));
    const asked = tillPhone.network.hold('POST', '/v1/sync');
    const taken = till.take(code);
    await asked.reached;
    expect(claims()).toMatchObject([{ goods: false, state: { kind: 'accepted' } }]);
    expect((await until(till, (now) => now.paidUnseen.length === 1)).paidUnseen).toMatchObject([{ state: 'taken', claim: { state: 'asking' } }]);
    await paidElsewhere();
    asked.release();
    expect(await taken).toEqual({ ok: false, error: 'INVOICE_PAID' });
    expect(saleStates()).toEqual(['open']);
    expect(claims()).toMatchObject([{ goods: false, state: { kind: 'rejected' } }]);
    expect((await until(till, (now) => now.paidUnseen.length === 0)).till?.lost.count).toBe(0);
    expect([...seen].filter((state) => state === 'accepted' || state === 'settled')).toEqual([]);
    expect(await till.take(code)).toEqual({ ok: false, error: 'INVOICE_PAID' });
  });

  it('case 81: refused after it was told as accepted is a loss that stays in sight', async () => {
    const code = await world.shown(payer, await world.code());
    await world.offline();
    expect(await till.take(code)).toMatchObject({ ok: true, value: { outcome: 'accepted' } });
    await paidElsewhere();
    const after = await world.online((now) => now.till?.unsynced.count === 0);
    expect(after.till?.lost).toEqual({ count: 1, amountMinor: 1_850 });
    expect(after.paidUnseen).toMatchObject([{ state: 'taken', claim: { state: 'rejected', code: 'INVOICE_PAID' } }]);
    expect(outbox()).toEqual([]);
  });

  it('costs two writes with no network: that it was taken, and that it was asked for in vain', async () => {
    const code = await world.shown(payer, await world.code());
    await world.offline();
    const before = tillPhone.disk.commits;
    expect(await till.take(code)).toMatchObject({ ok: true, value: { outcome: 'accepted' } });
    expect(tillPhone.disk.commits - before).toBe(2);
    expect(claims()).toMatchObject([{ goods: true, state: { kind: 'queued' } }]);
    expect(outbox()).toMatchObject([{ attempts: 1 }]);
  });

  it('refused after it was told as being on hold is a loss as well', async () => {
    const code = await world.shown(payer, await world.code());
    await world.offline();
    expect(await till.take(code)).toMatchObject({ ok: true, value: { outcome: 'accepted' } });
    const [claim] = [...tillPhone.disk.rows.claims.values()];
    if (claim === undefined) throw new Error('no claim');
    // As it is when the server answers at once: nobody was told `queued`.
    tillPhone.disk.rows.claims.set(claim.id, { ...claim, goods: false, state: { kind: 'accepted' } });
    const core = await world.tillCore();
    await write(core, (tx) => fileOutcome(tx, claim.id, { verdict: 'HELD', atMs: 1, untilMs: 2, unpaidMinor: 1_850 }));
    await write(core, (tx) => fileOutcome(tx, claim.id, { verdict: 'REJECTED', atMs: 3, reason: 'CLAIM_REFUSED' }));
    expect([...tillPhone.disk.rows.claims.values()]).toMatchObject([{ goods: true, state: { kind: 'rejected' } }]);
    expect([...tillPhone.disk.rows.sales.values()].find((sale) => sale.id === claim.saleId)?.state.kind).toBe('taken');
  });

  it('refused, and paid after all by a server that forgot the refusal, pays its sale', async () => {
    const code = await world.shown(payer, await world.code());
    await world.offline();
    expect(await till.take(code)).toMatchObject({ ok: true, value: { outcome: 'accepted' } });
    const [claim] = [...tillPhone.disk.rows.claims.values()];
    if (claim === undefined) throw new Error('no claim');
    tillPhone.disk.rows.claims.set(claim.id, { ...claim, goods: false, state: { kind: 'accepted' } });
    const core = await world.tillCore();
    await write(core, (tx) => fileOutcome(tx, claim.id, { verdict: 'REJECTED', atMs: 1, reason: 'CLAIM_REFUSED' }));
    expect(saleStates()).toEqual(['open']);
    const paid = await write(core, (tx) => fileOutcome(tx, claim.id, { verdict: 'SETTLED', via: 'reserve', atMs: 2, unpaidMinor: 0 }));
    expect(paid).toEqual({ ok: true, value: 'filed' });
    expect(claims()).toMatchObject([{ state: { kind: 'settled', paidMinor: 1_850 } }]);
    expect(saleStates()).toEqual(['taken']);
  });

  it('that the server refuses is told as refused, and was never a loss', async () => {
    const link = await world.code();
    const code = await world.shown(payer, link);
    await world.offline();
    const other = createMemoryPhone(server, 'other.chit.localhost:8080');
    const online = await other.start();
    await online.enrol({ demo: 'demo-shopper' });
    const draft = await online.prepare(link);
    expect(draft.ok && (await online.pay(draft.value.draftId, PIN))).toMatchObject({ ok: true });
    await until(online, (now) => now.waiting === 0 && now.recent[0]?.type === 'payment' && now.recent[0].state === 'settled');
    other.kill();
    tillPhone.network.up = true;
    expect(await till.take(code)).toMatchObject({ ok: false, error: 'INVOICE_PAID' });
    expect(claims()).toMatchObject([{ goods: false, state: { kind: 'rejected', code: 'INVOICE_PAID' } }]);
    const after = await until(till, (now) => now.paidUnseen.length === 1);
    expect(after).toMatchObject({ till: { lost: { count: 0 } }, paidUnseen: [{ state: 'paid', paidTwice: false }] });
  });

  it('above this till\'s own floors is asked for, and nothing is handed over until somebody answers', async () => {
    await world.loaded(payer, 20_000);
    const codes = [await world.shown(payer, await world.code('100')), await world.shown(payer, await world.code('150'))];
    await world.offline();
    // 200.00 of one purse.
    expect(await till.take(codes[0] ?? '')).toMatchObject({ ok: true, value: { outcome: 'accepted' } });
    expect(await till.take(codes[1] ?? '')).toEqual({ ok: false, error: 'E_FLOOR_PURSE' });
    expect(saleStates()).toEqual(['taken', 'open']);
    tillPhone.network.up = true;
    void tillPhone.network.fail('POST', '/v1/sync', 'error-503', 1);
    expect(await till.take(codes[1] ?? '')).toMatchObject({ ok: true, value: { outcome: 'asking', sale: { state: 'taken', claim: { state: 'asking' } } } });
    expect(claims()[1]).toMatchObject({ goods: false, state: { kind: 'asking' } });
    expect(JSON.parse(outbox().at(-1)?.body ?? '')).not.toHaveProperty('acceptedAtMs');
    const after = await world.online((now) => now.till?.unsynced.count === 0);
    expect(after.paidUnseen).toMatchObject([{ state: 'paid' }, { state: 'paid', claim: { state: 'settled' } }]);
  });
});

describe('a voucher, with no network', () => {
  it('is one strict write of claim, sale and outbox row; then it is accepted, and settles when somebody answers', async () => {
    const code = await world.shown(payer, await world.code());
    await world.offline();
    expect(await till.take(code)).toMatchObject({ ok: true, value: { outcome: 'accepted', by: 'voucher', sale: { state: 'taken', claim: { state: 'accepted' } } } });
    expect(claims()).toMatchObject([{ goods: true, kind: 'open', seq: 1, state: { kind: 'queued' } }]);
    expect(saleStates()).toEqual(['taken']);
    expect(JSON.parse(outbox()[0]?.body ?? '')).toMatchObject({ k: 'V', acceptedAtMs: claims()[0]?.acceptedAtMs, listSeq: expect.any(Number) });
    expect(await till.take(code)).toMatchObject({ ok: true, value: { outcome: 'again', sale: { claim: { state: 'accepted' } } } });
    const after = await world.online((now) => now.till?.unsynced.count === 0 && now.paidUnseen[0]?.payer != null);
    expect(after.paidUnseen).toMatchObject([{ state: 'paid', claim: { state: 'settled' } }]);
    expect(outbox()).toEqual([]);
  });

  it.each(['STORAGE_FULL', 'STORAGE_BROKEN'] as const)('that cannot be stored (%s) is not accepted, and the sale stays open', async (fault) => {
    const code = await world.shown(payer, await world.code());
    await world.offline();
    tillPhone.disk.fault = (kind) => (kind === 'write' ? fault : null);
    expect(await till.take(code)).toEqual({ ok: false, error: fault });
    tillPhone.disk.fault = null;
    expect([claims(), outbox(), saleStates()]).toEqual([[], [], ['open']]);
    expect(await till.take(code)).toMatchObject({ ok: true, value: { outcome: 'accepted' } });
  });

  it('P7: whose write does not come back is not accepted: nobody is told, and nothing is sent', async () => {
    const code = await world.shown(payer, await world.code());
    await world.offline();
    till.close();
    const { store, ...ports } = tillPhone.ports();
    let hangs = false;
    let reached = (): void => undefined;
    const writing = new Promise<void>((resolve) => (reached = resolve));
    const stuck: WalletStore = {
      ...store,
      write: (fence, work) => {
        if (!hangs) return store.write(fence, work);
        reached();
        return new Promise(() => undefined);
      },
    };
    const slow = await tillPhone.start({ ...ports, store: stuck });
    await until(slow, (now) => now.connection === 'offline');
    hangs = true;
    const seen = new Set<string | undefined>();
    await slow.subscribe((now) => seen.add(now.paidUnseen[0]?.claim?.state));
    let told = false;
    void slow.take(code).then(() => (told = true));
    await writing;
    server.clock.advance(60_000);
    await until(slow, () => true);
    expect([told, [...seen], claims(), outbox()]).toEqual([false, [undefined], [], []]);
  });

  it('P7: that is stored, and whose second write fails, is still being asked for: no goods on a word that no other tab would give', async () => {
    const code = await world.shown(payer, await world.code());
    await world.offline();
    let writes = 0;
    tillPhone.disk.fault = (kind) => (kind === 'write' && ++writes > 1 ? 'STORAGE_FULL' : null);
    expect(await till.take(code)).toMatchObject({ ok: true, value: { outcome: 'asking', sale: { claim: { state: 'asking' } } } });
    tillPhone.disk.fault = null;
    expect(claims()).toMatchObject([{ goods: false, state: { kind: 'accepted' } }]);
    expect((await world.online((now) => now.till?.unsynced.count === 0)).paidUnseen).toMatchObject([{ state: 'paid' }]);
  });

  it('case 16: is still there when the app is killed after "accepted", and settles once', async () => {
    const code = await world.shown(payer, await world.code());
    await world.offline();
    expect(await till.take(code)).toMatchObject({ ok: true });
    tillPhone.kill();
    tillPhone.network.up = true;
    const again = await tillPhone.start();
    const after = await until(again, (now) => now.paidUnseen[0]?.state === 'paid');
    expect(after.paidUnseen).toMatchObject([{ claim: { state: 'settled' } }]);
    expect(await again.take(code)).toMatchObject({ ok: true, value: { outcome: 'again' } });
  });

  it('case 66: of a purse that signed two histories is refused here, kept, and shown to the server, which freezes the purse', async () => {
    const links = [await world.code('5'), await world.code('6')];
    const first = await world.shown(payer, links[0] ?? '');
    // The phone is set back to before its first payment.
    const purse = world.rows().purses[0];
    if (purse === undefined) throw new Error('no purse');
    world.phone.disk.rows.purses.set(purse.id, { ...purse, head: null });
    world.phone.disk.rows.vouchers.clear();
    const second = await world.shown(payer, links[1] ?? '');
    await world.offline();
    expect(await till.take(first)).toMatchObject({ ok: true, value: { outcome: 'accepted' } });
    for (let shown = 0; shown < 2; shown++) expect(await till.take(second)).toMatchObject({ ok: false, error: 'E_EQUIVOCATION' });
    expect([...tillPhone.disk.rows.evidence.values()]).toMatchObject([{ code: 'E_EQUIVOCATION', otherVid: claims()[0]?.id }]);
    expect(outbox().map((row): unknown => JSON.parse(row.body).k)).toEqual(['V', 'E']);
    expect(saleStates()).toEqual(['taken', 'open']);
    const after = await world.online((now) => now.till?.unsynced.count === 0 && now.paidUnseen[0]?.claim?.conflicted === true);
    expect(after.paidUnseen).toMatchObject([{ state: 'paid' }]);
    expect(outbox()).toEqual([]);
  });

  it('is not a code of another kind', async () => {
    const link = await world.code();
    expect(await till.take(link)).toMatchObject({ ok: false, error: 'E_WRONG_CODE', detail: { found: 'invoice' } });
    const cert = fromBase64Url(world.rows().purses[0]?.certificate ?? '');
    expect(cert !== null && (await till.take(compactCode('purse', cert)))).toMatchObject({ ok: false, error: 'E_WRONG_CODE', detail: { found: 'purse' } });
  });
});
