/**
 * Plays a script on the desk's phones: gets them ready, goes step by step, says where it is and how it ended. It touches the phones
 * through their screens and their faults alone; when something does not happen in time it says what, and leaves the phones as they are.
 */
import { signal, type ReadonlySignal } from '@preact/signals';
import type { PhoneName } from '#faults/phones.ts';
import { formatMoney } from '#i18n/formats.ts';
import { loadCatalogue } from '#i18n/load.ts';
import type { Locale } from '#i18n/translate.ts';
import type { DeskPhones } from '../desk-phones.ts';
import type { PhoneTruth } from '../desk-messages.ts';
import type { LedgerModel } from '../ledger-model.ts';
import { PACES, type Act, type PaceName } from './act.ts';
import { getReady } from './moves.ts';
import type { Facts, Outcome, PlayName, PlayWords, Script, Stage, Step } from './script.ts';
import { SCRIPTS } from './scripts.ts';

export type Playing = {
  readonly name: PlayName;
  readonly facts: Facts | null;
  readonly steps: readonly Step[];
  /** The step that is going on, or that everything stopped at. */
  readonly at: number;
  readonly state: 'preparing' | 'going' | 'stopped' | 'failed' | 'done';
  readonly outcome: Outcome | null;
};

export type Player = {
  readonly playing: ReadonlySignal<Playing | null>;
  start(name: PlayName, locale: Locale, plays: PlayWords): void;
  stop(): void;
  close(): void;
};

/** For one thing to appear: a slow machine scans, asks and settles in it. */
const PATIENCE_MS = 45_000;
const LOOK_MS = 100;
/** More than any play takes. */
const ENOUGH_MINOR = 8_000;

class PlayEnded extends Error {}
class NoTruth extends Error {}

export function createPlayer(phones: DeskPhones, books: LedgerModel, paceNow: () => PaceName): Player {
  const playing = signal<Playing | null>(null);
  /** Each start is another run: what an old one still waits for must not go on. */
  let run = 0;
  const put = (part: Partial<Playing>) => {
    if (playing.value !== null) playing.value = { ...playing.value, ...part };
  };

  async function perform(script: Script, locale: Locale, plays: PlayWords, mine: number): Promise<void> {
    const goOn = () => {
      if (mine !== run) throw new PlayEnded();
    };
    const words = await loadCatalogue(locale);
    const stage = createStage({ phones, books, words, plays, locale, pace: paceNow, goOn });
    const facts = await prepare(stage, phones, script, books);
    const steps = script.steps.filter(({ needed }) => needed?.(facts) ?? true);
    put({ state: 'going', facts, steps });
    for (const [index, step] of steps.entries()) {
      goOn();
      put({ at: index });
      phones.lookAt(step.at);
      await step.run(stage, facts);
    }
    const outcome = await script.outcome(stage, facts);
    goOn();
    put({ state: 'done', at: steps.length, outcome });
  }

  return {
    playing,
    start(name, locale, plays) {
      const mine = (run += 1);
      const script = SCRIPTS[name];
      playing.value = { name, facts: null, steps: [], at: 0, state: 'preparing', outcome: null };
      phones.say(locale);
      phones.face('till', 'shopper');
      for (const phone of script.cast) phones.bring(phone);
      void perform(script, locale, plays, mine)
        .catch((error: unknown) => {
          if (mine !== run) return;
          if (!(error instanceof PlayEnded)) console.error(error);
          put({ state: 'failed' });
        })
        .finally(() => mine === run && phones.lookAt(null));
    },
    stop() {
      run += 1;
      phones.lookAt(null);
      put({ state: 'stopped' });
    },
    close() {
      run += 1;
      phones.lookAt(null);
      playing.value = null;
    },
  };
}

/** Everybody at the start, and a shopper who may pay. */
async function prepare(stage: Stage, phones: DeskPhones, script: Script, books: LedgerModel): Promise<Facts> {
  await stage.until(() => script.cast.every((name) => phones.phones[name].value.faults !== null));
  await Promise.all(script.cast.map((name) => getReady(stage, name)));
  const before = stage.truth('shopper');
  if (before.purse?.state === 'frozen' || (before.balanceMinor ?? 0) < ENOUGH_MINOR) await startOver(stage, phones);
  const { purse, ccy } = stage.truth('shopper');
  const spendableMinor = purse?.state === 'active' ? purse.spendableMinor : 0;
  // A third left is enough for every play.
  const loadMinor = script.purseMinor > 0 && spendableMinor < script.purseMinor / 3 ? script.purseMinor : null;
  const capMinor = purse?.capMinor ?? Number.MAX_SAFE_INTEGER;
  const ledger = await books.read();
  if (ledger === null || ledger === 'unreachable') throw new PlayEnded('the books cannot be read');
  return { amountMinor: script.amountMinor(spendableMinor + (loadMinor ?? 0), capMinor), loadMinor, ccy, sinceMs: ledger.nowMs };
}

/** Whom a double spend has frozen, or who has spent everything, signs out; whom the demo signs in then has what it takes. */
async function startOver(stage: Stage, phones: DeskPhones): Promise<void> {
  phones.reset('shopper');
  await stage.until(() => stage.truth('shopper').purse === null && (stage.truth('shopper').balanceMinor ?? 0) >= ENOUGH_MINOR);
}

/** A phone that starts again has no truth for a moment: then nothing holds yet. */
function holds(condition: () => boolean): boolean {
  try {
    return condition();
  } catch (error) {
    if (error instanceof NoTruth) return false;
    throw error;
  }
}

type Surroundings = {
  readonly phones: DeskPhones;
  readonly books: LedgerModel;
  readonly words: Stage['words'];
  readonly plays: PlayWords;
  readonly locale: Locale;
  readonly pace: () => PaceName;
  /** Throws when this run is over. */
  readonly goOn: () => void;
};

function createStage({ phones, books, words, plays, locale, pace, goOn }: Surroundings): Stage {
  const ask: Stage['ask'] = async (name, task) => {
    goOn();
    const done = await phones.ask(name, task);
    goOn();
    if (!done.ok) throw new PlayEnded(`${name}: ${JSON.stringify(task)}`);
    return done;
  };
  const act = async (name: PhoneName, what: Act): Promise<void> => {
    await ask(name, { do: 'play', played: { act: what, pace: PACES[pace()], patienceMs: PATIENCE_MS } });
  };
  const truth = (name: PhoneName): PhoneTruth => {
    const known = phones.phones[name].value.truth;
    if (known === null) throw new NoTruth();
    return known;
  };
  return {
    words,
    plays,
    truth,
    ask,
    money: (amountMinor) => formatMoney(amountMinor, truth('shopper').ccy, locale),
    press: (name, role, label) => act(name, { act: 'press', role, name: label }),
    tryPress: (name, role, label) => act(name, { act: 'press', role, name: label, optional: true }),
    follow: (name, path) => act(name, { act: 'follow', path }),
    keys: (name, text) => act(name, { act: 'keys', text }),
    see: (name, text) => act(name, { act: 'see', text }),
    async until(condition) {
      const endMs = performance.now() + PATIENCE_MS;
      while (!holds(condition)) {
        goOn();
        if (performance.now() > endMs) throw new PlayEnded('waited in vain');
        await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
      }
    },
    face: phones.face,
    async books() {
      const ledger = await books.read();
      if (ledger === null || ledger === 'unreachable') throw new PlayEnded('the books cannot be read');
      return ledger;
    },
  };
}
