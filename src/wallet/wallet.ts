/**
 * The wallet core, put together. Runs in a worker behind Comlink, in the service worker for one round of sending, and in tests
 * on memory ports. Everything that can fail in an expected way is a Result; nothing thrown leaves here.
 */
import { assert } from '#base/assert.ts';
import { ok } from '#base/result.ts';
import type { Environment, WalletApi } from './api.ts';
import { type Core, createCore, environment, forgetWallet } from './core.ts';
import { load, later, use } from './later.ts';
import { createListening } from './listening.ts';
import { payerDoor } from './payer-door.ts';
import type { StoreEvent, WalletPorts } from './ports.ts';
import { lookAgain, recover } from './recovery.ts';
import { record, records } from './records-page.ts';
import { buildSnapshot, createPublisher } from './snapshot.ts';
import { createSync } from './sync.ts';
import { tillDoor } from './till-door.ts';
import { cancelCharge, dismissPaid } from './till.ts';
import { weighKeySet } from './trust.ts';
import { noticeStorageError } from './writer.ts';

const chargePart = later(() => import('./charge.ts'));
const identityPart = later(() => import('./identity.ts'));
const mendPart = later(() => import('./mend.ts'));
const payPart = later(() => import('./pay.ts'));
const preparePart = later(() => import('./prepare.ts'));
const reportPart = later(() => import('./report.ts'));

/** The api, and what only the place it runs in may do with it. */
export type Wallet = WalletApi & {
  /**
   * One round of sending and reading, then done: for the service worker. How many requests are still to be sent, not those that were set
   * aside; null when the store did not let it look.
   */
  syncOnce(environment: Environment): Promise<number | null>;
  /** Lets go of timers, streams and the store. */
  close(): void;
};

export function createWallet(ports: WalletPorts): Wallet {
  const publisher = createPublisher(
    () => buildSnapshot(core),
    (cause) => ports.log.error('snapshot.failed', { cause: String(cause) }),
  );
  const changed = (): void => {
    // A payment on its way has both threads for itself; its end is told, and with it what changed meanwhile.
    if (core.memory.paying.size === 0) publisher.changed();
    listening.follow();
  };
  const core: Core = createCore(ports, { changed, ring: () => sync.ring() });
  const listening = createListening(core);
  const sync = createSync(core);
  const endings: (() => void)[] = [sync.stop, listening.stop, () => ports.store.close()];
  return {
    async open(environment) {
      assert(core.memory.environment === null, 'open() is called once');
      core.memory.environment = environment;
      endings.push(ports.store.onEvent((event) => onStoreEvent(core, event)));
      await recover(core);
      listening.start();
      sync.ring();
      return ok(await publisher.settled());
    },
    subscribe: (listener) => publisher.subscribe(listener),
    async wake(why) {
      ports.log.info('wake', { why });
      Object.assign(core.memory, { hurried: true, feedDue: true, factsDue: core.memory.factsDue || why !== 'timer' });
      await lookAgain(core);
      sync.ring();
    },
    enrol: (how) => use(identityPart, (part) => part.enrol(core, how)),
    restoreChallenge: () => use(identityPart, (part) => part.restoreChallenge(core)),
    restore: (user) => use(identityPart, (part) => part.restore(core, user)),
    signOut: (discard) => use(identityPart, (part) => part.signOut(core, discard)),
    setPin: (pin, current) => use(identityPart, (part) => part.setPin(core, pin, current)),
    passkeyOptions: (pin) => use(identityPart, (part) => part.passkeyOptions(core, pin)),
    addPasskey: (registration) => use(identityPart, (part) => part.addPasskey(core, registration)),
    prepare: (text) => use(preparePart, (part) => part.prepare(core, text)),
    pay: (draftId, user) => use(payPart, (part) => part.pay(core, draftId, user)),
    async discard(draftId) {
      core.memory.unsigned.delete(draftId);
      if (core.memory.drafts.delete(draftId)) core.changed();
    },
    async noteKeeping(keeping) {
      const now = environment(core);
      if (now.keeping === keeping) return;
      core.memory.environment = { ...now, keeping };
      core.changed();
    },
    ...payerDoor(core),
    charge: (amountText) => use(chargePart, (part) => part.charge(core, amountText)),
    cancelCharge: (saleId) => cancelCharge(core, saleId),
    dismissPaid: (saleId) => dismissPaid(core, saleId),
    ...tillDoor(core),
    records: (before) => records(core, before),
    record: (type, id) => record(core, type, id),
    report: async () => (await load(reportPart))?.report(core) ?? '',
    syncOnce: (environment) => syncOnce(core, environment, sync.burst),
    close() {
      for (const end of endings.splice(0)) end();
    },
  };
}

function onStoreEvent(core: Core, event: StoreEvent): void {
  switch (event) {
    case 'changed':
      core.memory.version += 1;
      void followOtherContext(core);
      return;
    case 'cleared':
      return noticeStorageError(core, 'STORAGE_CLEARED');
    case 'outdated':
      return noticeStorageError(core, 'STORAGE_OUTDATED');
    case 'damaged':
      void load(mendPart).then(async (part) => ((await part?.mend(core)) === true ? core.ring() : undefined));
      return;
  }
}

/** Another tab wrote: what we hold a copy of is read again, also a wallet that began or ended there. */
async function followOtherContext(core: Core): Promise<void> {
  const rows = await core.ports.store.read(async (tx) => ({ identity: await tx.identity(), truth: await tx.truth(), signedOut: await tx.signedOut() }));
  if (!rows.ok) return;
  const { identity, truth, signedOut } = rows.value;
  // A write that found nothing may have taken it for cleared before.
  if (signedOut && (core.memory.phase === 'ready' || core.memory.phase === 'cleared')) {
    forgetWallet(core);
  } else if (identity !== undefined && core.memory.phase !== 'ready' && core.memory.phase !== 'blocked') {
    await recover(core);
  } else if (identity !== undefined && truth !== undefined) {
    // A device that was set up anew there has another key.
    if (identity.deviceId !== core.memory.identity?.deviceId) await recover(core);
    Object.assign(core.memory, { identity, truth });
    await weighKeySet(core, truth.keySet);
  }
  core.changed();
  core.ring();
}

async function syncOnce(core: Core, environment: Environment, burst: () => Promise<number | null>): Promise<number | null> {
  core.memory.environment = environment;
  await recover(core);
  if (core.memory.phase !== 'ready') return core.memory.phase === 'blocked' ? null : 0;
  core.memory.hurried = true;
  await burst();
  const left = await core.ports.store.read((tx) => tx.outbox.all());
  return left.ok ? left.value.filter((row) => row.poison === null).length : null;
}
