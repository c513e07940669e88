/** What operations, laws and the end know of the run that they are a part of. Types only. */
import type { Book, Violation } from './book.ts';
import type { Chance } from './chance.ts';
import type { Plan } from './people.ts';
import type { Phone } from './phone.ts';
import type { World } from './world.ts';

export type Scene = {
  readonly world: World;
  readonly chance: Chance;
  readonly book: Book;
  readonly plan: Plan;
  readonly violations: Violation[];
  /** Is no operation under way? */
  readonly idle: boolean;
  /** Is nobody using this phone? */
  isFree(phone: Phone): boolean;
  say(line: string): void;
  /** Resolves when a screen, or anything else, is as wanted; false when it never was. */
  until(met: () => boolean, limitMs?: number): Promise<boolean>;
  pause(limitMs: number): Promise<void>;
  /** Lets time pass until `done`, at most so long. */
  drive(done: () => boolean, limitMs: number): Promise<void>;
  /** Lets time pass until this has ended. */
  finish<T>(work: Promise<T>): Promise<T>;
  /** Gets a phone into its owner's account, whatever it takes. */
  join(phone: Phone): Promise<void>;
};
