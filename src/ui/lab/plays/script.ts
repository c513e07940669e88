/** What a play is made of: steps that a stage carries out, each with the phone to look at, and words for how it ended. */
import type { Task, Done, PhoneTruth } from '../desk-messages.ts';
import type { PhoneName } from '#faults/phones.ts';
import type { Catalogue } from '#i18n/catalogue.ts';
import type { zhPlays } from '#i18n/zh/plays.ts';
import type { DemoLedgerReply } from '#protocol/http.ts';

export type PlayWords = typeof zhPlays;
export type PlayName = keyof PlayWords['names'];
export type StepName = keyof PlayWords['steps'];

/** What this very play is about, decided when it begins. */
export type Facts = {
  readonly amountMinor: number;
  /** To be put into the purse first; null: it holds enough. */
  readonly loadMinor: number | null;
  readonly ccy: number;
  /** The server's time when it began. */
  readonly sinceMs: number;
};

/** How it ended, as the server's books say. `good`: as it should. */
export type Outcome = { readonly good: boolean; readonly lines: readonly string[] };

/** The phones in the hands of whoever plays. Every call ends the play when it cannot be done. */
export type Stage = {
  /** The words on the phones' screens. */
  readonly words: Catalogue;
  readonly plays: PlayWords;
  money(amountMinor: number): string;
  truth(name: PhoneName): PhoneTruth;
  press(name: PhoneName, role: 'button' | 'link', words: string): Promise<void>;
  /** If it is there. */
  tryPress(name: PhoneName, role: 'button' | 'link', words: string): Promise<void>;
  follow(name: PhoneName, path: string): Promise<void>;
  keys(name: PhoneName, text: string): Promise<void>;
  see(name: PhoneName, words: string): Promise<void>;
  until(condition: () => boolean): Promise<void>;
  ask(name: PhoneName, task: Task): Promise<Done>;
  face(till: PhoneName, shopper: PhoneName): void;
  books(): Promise<DemoLedgerReply>;
};

export type Step = {
  readonly name: StepName;
  /** Where to look. */
  readonly at: PhoneName;
  readonly needed?: (facts: Facts) => boolean;
  run(stage: Stage, facts: Facts): Promise<void>;
};

export type Script = {
  readonly name: PlayName;
  /** Phones that take part, from left to right. */
  readonly cast: readonly PhoneName[];
  readonly amountMinor: (spendableMinor: number, capMinor: number) => number;
  /** What the purse must hold for it; 0: no purse needed. */
  readonly purseMinor: number;
  readonly steps: readonly Step[];
  outcome(stage: Stage, facts: Facts): Promise<Outcome>;
};
