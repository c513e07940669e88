/**
 * One JavaScript context of a browser: the page with its worker, or the service worker. The production wallet runs in it, on
 * ports that all go through one gate: a dead context never hears of anything again, a frozen one hears of it when it is thawed,
 * and a fault may strike at any call. Words: a *call* is one use of a port.
 */
import { createHmac, hash } from 'node:crypto';
import type { Bytes } from '#base/bytes.ts';
import { createLock } from '#browser/locks.ts';
import { zlibPacking } from '#server/adapters/zlib-packing.ts';
import type { Mac } from '#protocol/confirmation-code.ts';
import type { Clock } from '#base/clock.ts';
import { createMemoryCodeKeys, createMemoryKeys } from '#wallet/memory-keys.ts';
import { createMemoryStore } from '#wallet/memory-store.ts';
import type { CodeKeys, DeviceKeys, StorageError, WalletPorts, WalletStore } from '#wallet/ports.ts';
import type { Result } from '#base/result.ts';
import { createWallet, type Wallet } from '#wallet/wallet.ts';
import type { Call, Profile } from './stage.ts';

/** As WebCrypto would, without its thread. */
function macOf(key: Bytes): Mac {
  return async (message) => new Uint8Array(createHmac('sha256', key).update(message).digest());
}

/** A user's call that will never be answered, because its context is gone. */
export class Cut extends Error {}

const NEVER = new Promise<never>(() => undefined);

export class Context {
  private readonly profile: Profile;
  private readonly ended: (context: Context) => void;
  readonly build: string;
  readonly wallet: Wallet;
  state: 'alive' | 'frozen' | 'dead' = 'alive';
  private thaw: { readonly promise: Promise<void>; readonly resolve: () => void } | null = null;
  private readonly death: Promise<never>;
  private die: (cut: Cut) => void = () => undefined;

  constructor(profile: Profile, build: string, ended: (context: Context) => void) {
    this.profile = profile;
    this.ended = ended;
    this.build = build;
    this.death = new Promise((_, reject) => {
      this.die = reject;
    });
    this.death.catch(() => undefined);
    this.wallet = createWallet(this.ports());
  }

  /** What the user asked for; rejects with Cut when the context dies first. */
  async ask<T>(work: (wallet: Wallet) => Promise<T>): Promise<T> {
    if (this.state === 'dead') throw new Cut();
    return Promise.race([work(this.wallet), this.death]);
  }

  /** What it has just said is on its screen, unless it died in that very moment: then nobody has read it, and its disk may be another by now. */
  mustBeThere(): void {
    if (this.state === 'dead') throw new Cut();
  }

  kill(): void {
    if (this.state === 'dead') return;
    this.state = 'dead';
    this.wallet.close();
    this.profile.locks.release(this);
    this.ended(this);
    this.die(new Cut());
  }

  private crash(): void {
    this.profile.onCrash();
    this.kill();
  }

  freeze(): void {
    if (this.state !== 'alive') return;
    this.state = 'frozen';
    let resolve = (): void => undefined;
    const promise = new Promise<void>((go) => {
      resolve = go;
    });
    this.thaw = { promise, resolve };
  }

  unfreeze(): void {
    if (this.state !== 'frozen') return;
    this.state = 'alive';
    this.thaw?.resolve();
    this.thaw = null;
  }

  /** The gate. */
  private async call<T>(what: Call, work: () => Promise<T>): Promise<T> {
    if (this.state !== 'alive') await this.pass();
    const blow = this.profile.stage.strike(this.profile, this, what);
    if (blow === 'die-before') this.crash();
    if (blow === 'freeze') this.freeze();
    if (this.state !== 'alive') await this.pass();
    const value = await work();
    if (blow === 'die-after') this.crash();
    if (this.state !== 'alive') await this.pass();
    return value;
  }

  private pass(): Promise<void> | undefined {
    if (this.state === 'dead') return NEVER;
    return this.state === 'frozen' ? this.thaw?.promise.then(() => this.pass()) : undefined;
  }

  /** For what comes from outside: dropped when dead, late when frozen. */
  private heard(act: () => void): void {
    if (this.state === 'alive') act();
    else if (this.state === 'frozen') void this.thaw?.promise.then(() => this.heard(act));
  }

  private ports(): WalletPorts {
    const { profile } = this;
    const { stage } = profile;
    const clock = this.clock();
    return {
      store: this.store(),
      keys: this.keys(),
      codeKeys: this.codeKeys(),
      http: {
        send: (method, path, body, timeoutMs) => this.call('send', () => stage.network.send({ link: profile.link, method, path, body }, timeoutMs)),
        events: (onHint, onState) => stage.network.listen(profile.link, () => this.heard(onHint), (connected) => this.heard(() => onState(connected))),
      },
      lock: createLock(profile.locks.of(this), clock),
      canary: {
        seen: () => this.call('mark', async () => profile.canary),
        set: () => this.call('mark', async () => void (profile.canary = true)),
        clear: () => this.call('mark', async () => void (profile.canary = false)),
      },
      verifier: stage.keys.verifier,
      unpacking: zlibPacking,
      stretchPin: async (pin, salt) => new Uint8Array(hash('sha256', Buffer.concat([Buffer.from(pin), salt]), 'buffer')),
      clock,
      random: profile.chance,
      log: { info: () => undefined, warn: () => undefined, error: (event, fields) => profile.complain(event, fields ?? {}) },
      rootKey: null,
      version: this.build,
    };
  }

  private clock(): Clock {
    const { profile } = this;
    const { timeline } = profile.stage;
    const startMs = timeline.nowMs;
    return {
      nowMs: () => timeline.nowMs + profile.skewMs,
      monotonicMs: () => timeline.nowMs - startMs,
      after: (delayMs, wake) => timeline.after(delayMs, () => this.heard(wake)),
    };
  }

  private keys(): DeviceKeys {
    const keys = createMemoryKeys(this.profile.disk, () => this.profile.makeSigner());
    return { load: () => this.call('key', keys.load), create: () => this.call('key', keys.create) };
  }

  private codeKeys(): CodeKeys {
    const keys = createMemoryCodeKeys(this.profile.disk, macOf);
    return { load: () => this.call('key', keys.load), keep: (text) => this.call('key', () => keys.keep(text)) };
  }

  private store(): WalletStore {
    const { profile } = this;
    const plain = createMemoryStore(profile.disk);
    const store = profile.stage.plant?.wallet?.(plain, profile) ?? plain;
    return {
      read: (work) => this.call('read', () => store.read(work)),
      write: <T>(fence: number, work: Parameters<WalletStore['write']>[1]) => this.call('write', () => store.write(fence, work) as Promise<Result<T, StorageError>>),
      takeFence: () => this.call('write', () => store.takeFence()),
      clear: () => this.call('write', () => store.clear()),
      onEvent: (tell) => store.onEvent((event) => this.heard(() => tell(event))),
      close: () => store.close(),
    };
  }
}
