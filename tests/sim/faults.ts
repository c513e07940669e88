/**
 * The twelve faults. Armed for one operation of one phone, each waits for its moment, a call of that phone or a letter from it,
 * and tells when it has really struck. What a disk loses by a fault goes into the book: nobody can be asked for it any more.
 */
import type { Book } from './book.ts';
import type { FaultName } from './cells.ts';
import type { Chance } from './chance.ts';
import type { Fate, Letter } from './network.ts';
import type { Phone } from './phone.ts';
import type { Blow, Call, Frozen, Profile } from './stage.ts';
import type { World } from './world.ts';

/** Where faults stand. */
type Ground = { readonly world: World; readonly chance: Chance; readonly book: Book; say(line: string): void };

export type Armed = {
  strike(profile: Profile, context: Frozen, call: Call): Blow;
  fateOf(letter: Letter): Fate | null;
  /** The operation is over. What has struck stays. */
  disarm(): void;
};

const DAY_MS = 86_400_000;
/** Which call of the phone is struck: short operations make four, long ones dozens. */
const CALLS = [2, 5, 12, 30];
/** Which letter. */
const LETTERS = [1, 1, 2, 4];

export function arm(run: Ground, fault: FaultName, phone: Phone, hit: () => void): Armed {
  const struck = (): void => {
    run.say(`   ${phone.name} meets ${fault}`);
    hit();
  };
  switch (fault) {
    case 'drop req':
      return onLetters(run, phone, () => ({ request: 'lost', fired: struck }));
    case 'drop resp':
      return onLetters(run, phone, () => ({ reply: 'lost', fired: struck }));
    case 'dup':
      return onLetters(run, phone, (chance) => ({ copyAfterMs: chance.pick([0, 40, 900, 15_000]), fired: struck }));
    case 'delay':
      return onLetters(run, phone, (chance) => ({ [chance.pick(['requestDelayMs', 'replyDelayMs'] as const)]: chance.pick([700, 3_000, 9_000, 14_000]), fired: struck }));
    case 'reorder':
      return onLetters(run, phone, () => ({ request: 'overtaken', fired: struck }));
    case 'crash':
      return run.chance.happens(0.25) ? serverCrash(run, phone, struck) : onCall(run, phone, () => crash(run, phone, struck));
    case 'rollback':
      return onCall(run, phone, () => rollBack(run, phone, struck));
    case 'quota':
      return fullDisk(run, phone, struck);
    case 'clock':
      return onCall(run, phone, () => turnClock(run, phone, struck));
    case 'SW skew':
      return onCall(run, phone, () => wakeServiceWorker(run, phone, struck));
    case 'tab freeze':
      return onCall(run, phone, (context) => freeze(run, phone, context, struck));
    case 'key revoke':
      return onCall(run, phone, () => revoke(run, phone, struck));
  }
}

const NOTHING: Armed = { strike: () => null, fateOf: () => null, disarm: () => undefined };

/** Strikes the k-th letter of the phone, and perhaps the next ones too. */
function onLetters(run: Ground, phone: Phone, fateOf: (chance: Chance) => Fate): Armed {
  const { chance } = run;
  let wait = chance.below(chance.pick(LETTERS));
  let left = chance.pick([1, 1, 2, 4]);
  return {
    ...NOTHING,
    fateOf(letter) {
      if (letter.link !== phone.link || left === 0 || wait-- > 0) return null;
      left -= 1;
      return fateOf(chance);
    },
    disarm() {
      left = 0;
    },
  };
}

/** Strikes the k-th call of the phone, once. */
function onCall(run: Ground, phone: Phone, strike: (context: Frozen) => Blow): Armed {
  let wait = run.chance.below(run.chance.pick(CALLS));
  return {
    ...NOTHING,
    strike(profile, context) {
      if (profile !== phone || wait < 0 || wait-- > 0) return null;
      return strike(context);
    },
    disarm() {
      wait = -1;
    },
  };
}

/** Half of the time before the call had any effect. The person opens the app again. */
function crash(run: Ground, phone: Phone, struck: () => void): Blow {
  struck();
  run.world.timeline.after(run.chance.between(100, 4_000), () => void phone.open().catch(() => undefined));
  return run.chance.pick(['die-before', 'die-after']);
}

/** The server's process ends inside the phone's next request, between two of its transactions, and comes back. */
function serverCrash(run: Ground, phone: Phone, struck: () => void): Armed {
  let wait = run.chance.below(run.chance.pick(LETTERS));
  return {
    ...NOTHING,
    fateOf(letter) {
      if (letter.link === phone.link && wait-- === 0) run.world.server.crashAfter(run.chance.below(4), run.chance.between(300, 5_000), struck);
      return null;
    },
    disarm() {
      wait = -1;
      run.world.server.crashAfter(null, 0, struck);
    },
  };
}

/** The browser's profile is set back to what it was some commits ago, as a restored backup does. */
function rollBack(run: Ground, phone: Phone, struck: () => void): Blow {
  const purses = [...phone.disk.rows.purses.keys()];
  if (!phone.rollBack(run.chance.between(1, 6))) return null;
  for (const id of purses) run.book.twofold.add(id);
  struck();
  run.world.timeline.after(run.chance.between(100, 4_000), () => void phone.open().catch(() => undefined));
  return null;
}

function fullDisk(run: Ground, phone: Phone, struck: () => void): Armed {
  let wait = run.chance.below(run.chance.pick([1, 3]));
  let left = run.chance.pick([1, 2, 8]);
  const fault = (kind: 'read' | 'write') => {
    if (kind === 'read' || left === 0 || wait-- > 0) return null;
    left -= 1;
    struck();
    return 'STORAGE_FULL' as const;
  };
  phone.disk.fault = fault;
  return {
    ...NOTHING,
    disarm() {
      left = 0;
      if (phone.disk.fault === fault) phone.disk.fault = null;
    },
  };
}

function turnClock(run: Ground, phone: Phone, struck: () => void): Blow {
  const { chance } = run;
  phone.skewMs += chance.pick([-1, 1]) * chance.pick([2_000, 90_000, 400_000, 3_600_000, DAY_MS, 7 * DAY_MS]);
  struck();
  // Most clocks are put right by the network before long.
  run.world.timeline.after(chance.between(1_000, 120_000), () => (phone.skewMs = 0));
  return null;
}

/** The service worker of another build carries out a background sync on the same database, while the page is at work. */
function wakeServiceWorker(run: Ground, phone: Phone, struck: () => void): Blow {
  struck();
  void phone.syncInBackground().catch(() => undefined);
  return null;
}

/** The page is frozen where it stands; the person may go on in another tab before it comes back. */
function freeze(run: Ground, phone: Phone, context: Frozen, struck: () => void): Blow {
  struck();
  const { chance } = run;
  const { timeline } = run.world;
  timeline.after(chance.pick([2_000, 6_000, 40_000]), () => context.unfreeze());
  if (chance.happens(0.4)) timeline.after(chance.between(200, 5_000), () => void phone.openAnotherTab().catch(() => undefined));
  return 'freeze';
}

/** From elsewhere, the owner switches this device off. */
function revoke(run: Ground, phone: Phone, struck: () => void): Blow {
  void run.world.revokeDevice(phone).then((done) => (done ? struck() : undefined));
  return null;
}
