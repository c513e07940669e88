/** What waits on a till, carried to another: nothing is lost, nothing is credited twice, and nothing that is shown to a till can hurt it. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { LIMITS } from '#protocol/limits.ts';
import { pendingFile, pendingMessage, readPendingFile, readPendingMessage } from '#protocol/pending-export.ts';
import { urEncoder } from '#protocol/ur.ts';
import type { ExportView } from '#wallet/api-till.ts';
import type { Core } from '#wallet/core.ts';
import type { Wallet } from '#wallet/wallet.ts';
import { createMemoryPhone, type MemoryPhone, until } from '../fixtures/memory-ports.ts';
import { openPurseWorld, type PurseWorld } from '../fixtures/purse-phone.ts';

let world: PurseWorld;
let till: Wallet;
let tillPhone: MemoryPhone;
let payer: Core;
let otherPhone: MemoryPhone;
let other: Wallet;

beforeEach(async () => {
  world = await openPurseWorld();
  ({ till, tillPhone } = world);
  payer = await world.tab();
  await world.loaded(payer);
  await until(till, (now) => now.till?.listAge === 'fresh');
  otherPhone = createMemoryPhone(world.server, 'till2.chit.localhost:8080');
  other = await otherPhone.start();
  expect(await other.enrol({ demo: 'demo-merchant' })).toMatchObject({ ok: true });
});
afterEach(() => {
  otherPhone.kill();
  world.close();
});

const bodies = (phone: MemoryPhone): string[] => [...phone.disk.rows.outbox.values()].map((row) => row.body);

/** Two vouchers, an acknowledgement and a refund, none of them sent. */
async function waiting(): Promise<ExportView> {
  const codes = [await world.shown(payer, await world.code('5')), await world.shown(payer, await world.code('6'))];
  await world.offline();
  for (const code of codes) expect(await till.take(code)).toMatchObject({ ok: true, value: { outcome: 'accepted' } });
  const [first] = [...tillPhone.disk.rows.sales.keys()];
  expect(await till.acknowledge(first ?? '')).toMatchObject({ ok: true });
  expect(await till.refundSale(first ?? '', '1')).toMatchObject({ ok: true });
  const view = await till.exportPending();
  if (!view.ok) throw new Error(view.error);
  return view.value;
}

describe('an export', () => {
  it('is made of a till that was switched off, too: it is the only copy, and another till brings it', async () => {
    const codes = [await world.shown(payer, await world.code('5'))];
    await world.offline();
    for (const code of codes) expect(await till.take(code)).toMatchObject({ ok: true, value: { outcome: 'accepted' } });
    await world.server.store.transaction(async (tx) => {
      const identity = tillPhone.disk.rows.identity;
      await tx.revokeDevice(identity?.deviceId ?? '', world.server.clock.nowMs());
      await tx.deleteSessionsOfDevice(identity?.deviceId ?? '');
    });
    await world.online((now) => now.blocked === 'DEVICE_REVOKED');
    const saved = await till.exportPending();
    if (!saved.ok) throw new Error(saved.error);
    expect(saved.value.count).toBe(1);
    expect(await other.importPending(saved.value.file)).toMatchObject({ ok: true, value: { done: { added: 1 } } });
    await until(other, (now) => now.waiting === 0);
  });

  it('case 69: is the exact outbox, stays where it is, and sign-out is refused meanwhile', async () => {
    const view = await waiting();
    expect(view).toMatchObject({ count: 4, amountMinor: 1_100, fileName: expect.stringMatching(/^chit-pending-1-[0-9]+\.json$/) });
    const items = readPendingFile(view.file)?.items.map((item) => JSON.stringify(item));
    expect(items?.toSorted()).toEqual(bodies(tillPhone).toSorted());
    expect(await till.signOut()).toEqual({ ok: false, error: 'SIGN_OUT_HELD' });
  });

  it('of nothing is empty, and a shopper has none', async () => {
    expect(await till.exportPending()).toMatchObject({ ok: true, value: { count: 0, amountMinor: 0 } });
    expect(await (await world.phone.start()).exportPending()).toEqual({ ok: false, error: 'WRONG_MODE' });
  });
});

describe('an import', () => {
  it('as a file is brought by the other till; the first one comes later, and nothing is paid twice', async () => {
    const { file } = await waiting();
    expect(await other.importPending(file)).toEqual({ ok: true, value: { have: 1, need: 1, done: { added: 4, known: 0, refused: 0 } } });
    const paid = await until(other, (now) => now.waiting === 0 && now.recent.length === 2 && now.balance?.amountMinor === 1_000);
    expect(paid.recent).toMatchObject([{ state: 'paid' }, { state: 'paid' }]);
    const after = await world.online((now) => now.waiting === 0 && now.balance?.amountMinor === 1_000);
    expect(after.till?.unsynced.count).toBe(0);
    expect(after.paidUnseen).toMatchObject([{ state: 'paid', claim: { refundedMinor: 100 } }, { state: 'paid' }]);
    // The feed told this till what it brought; notes are not its own.
    expect(await other.importPending(file)).toMatchObject({ ok: true, value: { done: { added: 2, known: 2 } } });
    await until(other, (now) => now.waiting === 0);
    expect((await until(other, () => true)).balance?.amountMinor).toBe(1_000);
  });

  it('as animated codes is whole whichever parts were missed, in any order, with others in between', async () => {
    const { parts, file } = await waiting();
    expect(parts.length).toBeGreaterThan(6);
    const stranger = urEncoder(new Uint8Array(2_000).fill(7));
    // A camera that misses every third part, others in each round.
    const shown = [0, 1].flatMap((round) => parts.filter((_, index) => index % 3 !== round).toReversed());
    let done = false;
    for (const [index, part] of shown.entries()) {
      if (index === 2) expect(await other.importPending(stranger.part(1))).toMatchObject({ ok: true, value: { done: null } });
      const answer = await other.importPending(part);
      if (!answer.ok) throw new Error(answer.error);
      done = answer.value.done !== null;
      if (done) {
        expect(answer.value).toMatchObject({ have: answer.value.need, done: { added: 4, known: 0, refused: 0 } });
        break;
      }
    }
    expect(done).toBe(true);
    expect(readPendingFile(file)?.items).toHaveLength(4);
  });

  it('of a second export begins again when nobody goes on with the first', async () => {
    const { parts } = await waiting();
    const stranger = urEncoder(new Uint8Array(2_000).fill(7));
    expect(await other.importPending(stranger.part(1))).toMatchObject({ value: { have: 1, need: stranger.seqLen } });
    expect(await other.importPending(parts[0] ?? '')).toMatchObject({ value: { have: 1, need: stranger.seqLen } });
    world.server.clock.advance(6_000);
    expect(await other.importPending(parts[0] ?? '')).toMatchObject({ value: { have: 1, need: parts.length / 2 } });
  });

  it('by a till of another shop credits the shop that was paid, which claims with a tap what is only reported', async () => {
    const { file } = await waiting();
    const [first, second] = readPendingFile(file)?.items ?? [];
    if (first === undefined || second === undefined) throw new Error('nothing');
    const [vid] = [...tillPhone.disk.rows.claims.keys()];
    const foreign = pendingFile({ merchantId: '00'.repeat(8), items: [first, { k: 'C', id: vid ?? '' }] });
    expect(await other.importPending(foreign)).toMatchObject({ ok: true, value: { done: { added: 1, refused: 1 } } });
  });

  it('that cannot be stored is told, and may be tried again', async () => {
    const { file } = await waiting();
    otherPhone.disk.fault = (kind) => (kind === 'write' ? 'STORAGE_FULL' : null);
    expect(await other.importPending(file)).toEqual({ ok: false, error: 'STORAGE_FULL' });
    otherPhone.disk.fault = null;
    expect(bodies(otherPhone)).toEqual([]);
    expect(await other.importPending(file)).toMatchObject({ ok: true });
  });

  it('of more than this till holds is none of it', async () => {
    const { file } = await waiting();
    otherPhone.network.up = false;
    const pending = readPendingFile(file);
    const taps = Array.from({ length: LIMITS.outboxRows - 2 }, (_, index) => ({ k: 'C' as const, id: index.toString(16).padStart(32, '0') }));
    const merchantId = pending?.merchantId ?? '';
    expect(await other.importPending(pendingFile({ merchantId, items: taps }))).toMatchObject({ ok: true, value: { done: { added: taps.length } } });
    expect(await other.importPending(file)).toEqual({ ok: false, error: 'TOO_MANY_WAITING' });
    expect(bodies(otherPhone)).toHaveLength(taps.length);
  });

  it('case 73: of anything else is E_FORMAT, and changes nothing', async () => {
    const { file, parts } = await waiting();
    const tower = `${'['.repeat(50_000)}${']'.repeat(50_000)}`;
    const spoilt = [file.slice(1), file.replace('"V"', '"X"'), file.replace(/"acceptedAtMs":[0-9]/, '"acceptedAtMs":9'), file + ' '.repeat(LIMITS.pendingFileChars), tower, '', '{}', 'null', 'UR:BYTES/1-2/AA', parts[0]?.slice(0, -1) ?? ''];
    for (const text of spoilt) expect(await other.importPending(text)).toEqual({ ok: false, error: 'E_FORMAT' });
    expect(bodies(otherPhone)).toEqual([]);
  });
});

describe('the two forms of an export', () => {
  const merchantId = '0011223344556677';
  const items = [{ k: 'V', o: 'AQID', acceptedAtMs: 5, listSeq: 0, invoice: 'BA' }, { k: 'V', o: 'AQID' }, { k: 'E', o: 'BQ' }, { k: 'F', o: 'Bg' }, { k: 'A', o: 'Bw', invoice: 'CA' }, { k: 'C', id: '0'.repeat(32) }, { k: 'C', id: '1'.repeat(32), invoice: 'CQ' }] as const;
  it('read nothing that no bytes encode to: an export of it could never be made again', () => {
    for (const invoice of ['A', 'BB']) expect(readPendingFile(pendingFile({ merchantId, items: [{ k: 'C', id: '0'.repeat(32), invoice }] })), invoice).toBeNull();
  });
  it('say the same, and every single changed byte is noticed in the file', () => {
    const pending = { merchantId, items };
    expect(readPendingMessage(pendingMessage(pending))).toEqual(pending);
    const file = pendingFile(pending);
    expect(readPendingFile(file)).toEqual(pending);
    const changed = [...file].map((character, at) => readPendingFile(file.slice(0, at) + (character === '0' ? '1' : '0') + file.slice(at + 1)));
    expect(changed.every((read) => read === null)).toBe(true);
  });
  it('are read within their bounds only', () => {
    const many = { merchantId, items: Array.from({ length: LIMITS.outboxRows + 1 }, () => items[2]) };
    expect(readPendingFile(pendingFile(many))).toBeNull();
    expect(readPendingMessage(pendingMessage(many))).toBeNull();
    const message = pendingMessage({ merchantId, items });
    for (let at = 0; at < message.length; at++) {
      const bent = message.slice();
      bent[at] = (bent[at] ?? 0) ^ 0xff;
      expect(() => readPendingMessage(bent)).not.toThrow();
    }
  });
});
