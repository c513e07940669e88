/** One run's world: a server, shops with tills, people with phones, and the network between them. Built from the seed alone. */
import { createMerchant, createShopper, fundWithPlayMoney } from '#server/core/parties.ts';
import { newEnrolmentCode, openEnrolment } from '#server/core/enrolment.ts';
import { signOut } from '#server/core/sessions.ts';
import { toBase64Url } from '#base/bytes.ts';
import { CNY } from '#protocol/currency.ts';
import { Chance } from './chance.ts';
import { keyringOf } from './keys.ts';
import { openNetwork } from './network.ts';
import type { Phone } from './phone.ts';
import type { Plant, Stage } from './stage.ts';
import { openMemoryStore } from '#server/adapters/store-memory.ts';
import { openServer, type SimServer } from './server.ts';
import { Timeline } from './timeline.ts';
import type { Trace } from './trace.ts';

export const PIN = { kind: 'pin', pin: '135790' } as const;
/** 1 November 2026. */
const START_MS = 1_793_491_200_000;
const PLAY_MONEY = 500_000;
const CODE_LIFE_MS = 3_600_000;

/** One seed in this many signs and verifies for real; see keys.ts. */
const REAL_EACH = 10;

export type Given = { readonly seed: number; readonly trace: Trace; readonly plant: Plant | null };

export function hasRealSignatures(seed: number): boolean {
  return seed % REAL_EACH === 0;
}

export class World {
  readonly chance: Chance;
  readonly stage: Stage;
  readonly server: SimServer;
  readonly phones: Phone[] = [];

  private constructor(chance: Chance, stage: Stage, server: SimServer) {
    this.chance = chance;
    this.stage = stage;
    this.server = server;
  }

  static async open({ seed, trace, plant }: Given): Promise<World> {
    const chance = new Chance(`seed ${seed}`);
    const timeline = new Timeline(START_MS);
    const keys = keyringOf(`seed ${seed}`, hasRealSignatures(seed) ? 'real' : 'fast');
    const store = openMemoryStore();
    const server = await openServer({ timeline, chance: chance.fork('server'), keys, store: plant?.server?.(store) ?? store });
    const network = openNetwork({ timeline, chance: chance.fork('network'), server, trace });
    return new World(chance, { timeline, trace, keys, network, plant, strike: () => null }, server);
  }

  get timeline(): Timeline {
    return this.stage.timeline;
  }

  /** Opens an account with a PIN; its party's id. */
  async account(kind: 'payer' | 'till', name: string): Promise<string> {
    const { options, store } = this.server;
    const hash = await options.pins.hash(PIN.pin);
    return store.transaction(async (tx) => {
      const wanted = { name, ccy: CNY, playMoney: true };
      const made = kind === 'till' ? await createMerchant(tx, options, wanted) : await createShopper(tx, options, wanted);
      if (!made.ok) throw new Error(made.error);
      const party = 'party' in made.value ? made.value.party : made.value;
      if (kind === 'payer') await fundWithPlayMoney(tx, options, party, PLAY_MONEY);
      await tx.putPin({ partyId: party.id, hash, wrong: 0, lockedUntilMs: 0 });
      return party.id;
    });
  }

  /** What the operator, or the shop's owner, hands to who sets up a device. */
  async enrolmentCode(partyId: string): Promise<string> {
    const { options, store } = this.server;
    const code = newEnrolmentCode(options.random);
    await store.transaction((tx) => openEnrolment(tx, code, partyId, this.timeline.nowMs + CODE_LIFE_MS));
    return code;
  }

  /** From another device of the account: this one is lost. False when it is not, or no longer, a device of anybody. */
  async revokeDevice(phone: Phone): Promise<boolean> {
    const { options, store, news } = this.server;
    const { signer } = phone.disk.rows.keys;
    if (signer === null) return false;
    const caller = await store.transaction(async (tx) => {
      const device = await tx.deviceByKey(toBase64Url(signer.publicKey));
      const party = device === null ? null : await tx.party(device.partyId);
      return device === null || party === null || device.revokedAtMs !== null ? null : { device, party, tokenHash: '' };
    });
    if (caller === null) return false;
    await signOut({ ...options, store }, caller);
    news.feeds.end(caller.device.id);
    return true;
  }
}
