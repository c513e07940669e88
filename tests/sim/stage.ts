/** What stands around every phone, and what a phone is to the contexts that run in it. Types only. */
import type { Es256Signer } from '#protocol/objects.ts';
import type { Store } from '#server/core/ports.ts';
import type { MemoryDisk } from '#wallet/memory-disk.ts';
import type { WalletStore } from '#wallet/ports.ts';
import type { Chance } from './chance.ts';
import type { Keyring } from './keys.ts';
import type { BrowserLocks } from './locks.ts';
import type { Link, Network } from './network.ts';
import type { Timeline } from './timeline.ts';
import type { Trace } from './trace.ts';

export type Call = 'read' | 'write' | 'send' | 'key' | 'mark';
/** What a fault makes of a call. die: this context ends, before the call is made, or after it took effect. */
export type Blow = 'die-before' | 'die-after' | 'freeze' | null;

export type Stage = {
  readonly timeline: Timeline;
  readonly trace: Trace;
  readonly keys: Keyring;
  readonly network: Network;
  readonly plant: Plant | null;
  /** Asked of every call of every context. */
  strike: (profile: Profile, context: Frozen, call: Call) => Blow;
};

/** Of a context, what a fault may do to it later. */
export type Frozen = { unfreeze(): void };

/** What a browser keeps for this site, beside its running contexts. */
export type Profile = {
  readonly stage: Stage;
  readonly name: string;
  readonly chance: Chance;
  readonly link: Link;
  readonly locks: BrowserLocks;
  readonly disk: MemoryDisk;
  canary: boolean;
  /** This device's clock less the true time. */
  readonly skewMs: number;
  makeSigner(): Es256Signer;
  /** An error that the wallet wrote down. */
  complain(event: string, fields: object): void;
  /** What a planted bug does to the disk when a context dies. */
  onCrash: () => void;
};

/** A bug that is put in on purpose, at a seam. */
export type Plant = {
  readonly what: string;
  /** Laws of which it breaks at least one. */
  readonly laws: readonly string[];
  readonly wallet?: (store: WalletStore, profile: Profile) => WalletStore;
  readonly server?: (store: Store) => Store;
};
