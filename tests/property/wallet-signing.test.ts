/**
 * P5: an honest wallet never signs two vouchers for one number of a purse, whatever its tabs do at once and whenever one of them dies.
 * Here no lock holds the tabs apart (each has its own, as where a browser has no Web Locks, and as after a theft), so only the comparison
 * inside the transaction does. What anybody may have seen (shown, stored, or waiting to be sent) must be one honest chain.
 */
import { beforeAll, describe, expect, it } from 'vitest';
import { fromBase64Url, fromHex, toBase64Url, toHex } from '#base/bytes.ts';
import { decodeInvoice, encodeInvoice } from '#protocol/invoice.ts';
import { conflict, chainLink } from '#protocol/purse-rules.ts';
import { decodePurseCert, signPurseCert } from '#protocol/purse-cert.ts';
import { decodeVoucher } from '#protocol/voucher.ts';
import type { Es256Signer, Invoice, Voucher } from '#protocol/objects.ts';
import { type Core, createCore, type OpenDraft } from '#wallet/core.ts';
import { createMemoryDisk, type MemoryDisk } from '#wallet/memory-disk.ts';
import { createMemoryStore } from '#wallet/memory-store.ts';
import { payOffline, voucherChallenge } from '#wallet/pay-by-passkey.ts';
import { presentVoucher } from '#wallet/present-voucher.ts';
import { filePurse } from '#wallet/purse-news.ts';
import { recover } from '#wallet/recovery.ts';
import { signPayment } from '#wallet/sign-voucher.ts';
import { write } from '#wallet/writer.ts';
import { type Authenticator, softwareAuthenticator } from '../fixtures/authenticator.ts';
import { seededRandom, type SeededRandom } from '../fixtures/given.ts';
import type { MemoryPhone } from '../fixtures/memory-ports.ts';
import { openPurseWorld, type PurseWorld } from '../fixtures/purse-phone.ts';

const SEED = Number(process.env['SEED'] ?? Date.now() % 1_000_000_000);
const RUNS = Number(process.env['RUNS'] ?? 100);
const TABS = 3;
const ROUNDS = 8;
const CHARGES = 6;
const SCENE = { origin: 'http://shopper.chit.localhost:8080', rpId: 'shopper.chit.localhost' };

let world: PurseWorld;
let phone: MemoryPhone;
let base: MemoryDisk['rows'];
let key: Authenticator;

beforeAll(async () => {
  world = await openPurseWorld();
  ({ phone } = world);
  key = softwareAuthenticator();
  await world.loaded(await world.tab(), 50_000);
  const [row] = world.rows().purses;
  const cert = row === undefined ? null : decodePurseCert(fromBase64Url(row.certificate) ?? new Uint8Array());
  if (row === undefined || cert === null || !cert.ok) throw new Error('no purse');
  const issuer = world.server.options.issuer.signer('purse');
  const certificate = toBase64Url(await signPurseCert({ ...cert.value, kid: issuer.kid, uvtMinor: 400, uvKey: key.point }, (message) => issuer.sign(message)));
  phone.disk.rows.purses.set(row.id, { ...row, certificate });
  base = phone.disk.rows;
  phone.network.up = false;
});

/** One phone's life. `shown`: every code that a call gave out. */
class Life {
  readonly disk = createMemoryDisk();
  readonly random: SeededRandom;
  readonly shown: string[] = [];
  readonly charges: Invoice[];
  tabs: Core[] = [];
  killed = 0;
  overtaken = 0;

  constructor(seed: number) {
    this.random = seededRandom(seed);
    this.disk.rows = { ...base, purses: new Map(base.purses), vouchers: new Map(), outbox: new Map(), payments: new Map() };
    this.charges = Array.from({ length: CHARGES }, () => this.charge());
  }

  private charge(): Invoice {
    const merchant = { kind: 'id', merchantId: fromHex('0011223344556677') ?? new Uint8Array() } as const;
    const iatSeconds = Math.floor(world.server.clock.nowMs() / 1_000);
    const invoice = decodeInvoice(encodeInvoice({ terminal: 1, nonce: this.random.bytes(12), amountMinor: 100 * (1 + this.random.below(8)), ccy: 156, iatSeconds, ttlSeconds: 180, merchant }));
    if (!invoice.ok) throw new Error(invoice.error);
    return invoice.value;
  }

  /** A tab, or the app after it died. */
  async open(): Promise<Core> {
    const core = createCore({ ...phone.ports(), store: createMemoryStore(this.disk) }, { changed: () => undefined, ring: () => undefined });
    core.memory.environment = phone.environment();
    await recover(core);
    const { signer } = core.memory;
    if (core.memory.phase !== 'ready' || signer === null) throw new Error(core.memory.phase);
    core.memory.signer = this.slow(signer);
    return core;
  }

  /** Takes some turns, so that tabs overtake each other between reading and writing. A worker that dies here never answers. */
  private slow(signer: Es256Signer): Es256Signer {
    return {
      publicKey: signer.publicKey,
      sign: async (message) => {
        if (this.random.below(12) === 0) return this.die();
        for (let turns = this.random.below(6); turns > 0; turns--) await new Promise((resolve) => setImmediate(resolve));
        const signature = await signer.sign(message);
        if (this.random.below(12) === 0) return this.die();
        return signature;
      },
    };
  }

  private die(): Promise<never> {
    this.killed += 1;
    return new Promise<never>(() => undefined);
  }

  sheet(invoice: Invoice): OpenDraft {
    const draft = { draftId: toHex(invoice.hash), merchantId: '0011223344556677', merchantName: '街角面馆', terminal: 1, amountMinor: invoice.amountMinor, ccy: 156 };
    return { draft, invoice } as unknown as OpenDraft;
  }

  async step(core: Core): Promise<void> {
    const open = this.sheet(this.random.pick(this.charges));
    const { draftId } = open.draft;
    const fault = this.random.below(10) === 0;
    switch (this.random.below(5)) {
      case 0:
        return this.refresh(core);
      case 1:
        return this.present(core);
      case 2:
        core.memory.drafts.set(draftId, open);
        return this.byPasskey(core, draftId, fault);
      default: {
        const signed = await this.faulty(fault, () => signPayment(core, open));
        if (signed.ok) this.shown.push(signed.value.bytes ?? '');
        else if (signed.error === 'NOT_WRITER') this.overtaken += 1;
      }
    }
  }

  private async byPasskey(core: Core, draftId: string, fault: boolean): Promise<void> {
    const asked = await voucherChallenge(core, draftId);
    if (!asked.ok) return;
    const assertion = key.get({ ...SCENE, challenge: asked.value.challenge });
    const paid = await this.faulty(fault, () => payOffline(core, draftId, { kind: 'passkey', assertion }));
    if (paid.ok) this.shown.push(this.disk.rows.vouchers.get(paid.value.paymentId)?.bytes ?? '');
    else if (paid.error === 'CONFIRM_OFFLINE') this.overtaken += 1;
  }

  /** The next writes fail: a full disk, or an app that is killed before its commit. */
  private async faulty<T>(fault: boolean, work: () => Promise<T>): Promise<T> {
    if (fault) this.disk.fault = (kind) => (kind === 'write' && this.random.below(2) === 0 ? 'STORAGE_BROKEN' : null);
    try {
      return await work();
    } finally {
      this.disk.fault = null;
    }
  }

  /** The server's word about the purse comes between: it never moves the head. */
  private async refresh(core: Core): Promise<void> {
    const [purse] = [...base.purses.values()];
    if (purse === undefined) throw new Error('no purse');
    const { id, kind, merchantId, ccy, limMinor, capMinor, maxCount, certificate, claimDeadlineMs } = purse;
    const view = { id, kind, merchantId, ccy, limMinor, capMinor, maxCount, certificate, claimDeadlineMs, expMs: purse.expMs + this.random.below(1_000) };
    const deviceId = base.identity?.deviceId ?? '';
    await write(core, (tx) => filePurse(tx, { ...view, deviceId, state: 'active', reserveMinor: 1, headSeq: 0, headCumMinor: 0, stepUp: null }, { deviceId, atMs: 1, genuine: true }));
  }

  private async present(core: Core): Promise<void> {
    const ids = [...this.disk.rows.vouchers.keys()];
    if (ids.length > 0) await presentVoucher(core, this.random.pick(ids));
  }

  async live(): Promise<void> {
    this.tabs = await Promise.all(Array.from({ length: TABS }, () => this.open()));
    for (let round = 0; round < ROUNDS; round++) {
      const deadBefore = this.killed;
      const running = Promise.all(this.tabs.map((core) => this.step(core)));
      await Promise.race([running, this.settled(deadBefore)]);
      if (this.killed > deadBefore || this.random.below(3) === 0) this.tabs = await Promise.all(Array.from({ length: TABS }, () => this.open()));
    }
  }

  /** After a death nobody waits for the dead: the others get some turns, then the app is opened anew. */
  private async settled(deadBefore: number): Promise<void> {
    for (let turns = 0; turns < 2_000; turns++) {
      await new Promise((resolve) => setImmediate(resolve));
      if (this.killed > deadBefore && turns % 40 === 39) return;
    }
  }
}

function vouchersOf(texts: Iterable<string>): Voucher[] {
  return [...texts].map((text) => {
    const voucher = decodeVoucher(fromBase64Url(text) ?? new Uint8Array());
    if (!voucher.ok) throw new Error(voucher.error);
    return voucher.value;
  });
}

describe('P5: one voucher for each number', () => {
  it(`in ${RUNS} lives of ${TABS} tabs that nothing holds apart, from seed ${SEED}`, async () => {
    console.log(`seed ${SEED}`);
    let [killed, overtaken, paid] = [0, 0, 0];
    for (let run = 0; run < RUNS; run++) {
      const life = new Life(SEED + run);
      await life.live();
      const rows = [...life.disk.rows.vouchers.values()].sort((a, b) => a.seq - b.seq);
      const [purse] = [...life.disk.rows.purses.values()];
      // Whatever anybody ever saw is stored, byte for byte.
      const stored = new Set(rows.map((row) => row.bytes ?? ''));
      expect(life.shown.filter((text) => !stored.has(text)), `seed ${SEED + run}`).toEqual([]);
      const sent = [...life.disk.rows.outbox.values()].map((row) => (JSON.parse(row.body) as { o: string }).o);
      expect(sent.toSorted(), `seed ${SEED + run}`).toEqual([...stored].toSorted());
      const links = vouchersOf(stored).map(chainLink);
      expect(links.flatMap((one) => links.flatMap((other) => conflict(one, other) ?? [])), `seed ${SEED + run}`).toEqual([]);
      expect(rows.map((row) => row.seq)).toEqual(rows.map((_, index) => index + 1));
      expect(purse?.head ?? null).toEqual(rows.length === 0 ? null : { seq: rows.length, cumMinor: rows.reduce((sum, row) => sum + row.amountMinor, 0), vid: rows.at(-1)?.id });
      expect(new Set(rows.map((row) => row.invoiceHash)).size).toBe(rows.length);
      killed += life.killed;
      overtaken += life.overtaken;
      paid += rows.length;
    }
    console.log(`${RUNS} lives: ${paid} vouchers, ${killed} deaths, ${overtaken} overtaken`);
    expect(paid).toBeGreaterThan(RUNS);
    expect(killed).toBeGreaterThan(0);
    expect(overtaken).toBeGreaterThan(0);
  });
});
