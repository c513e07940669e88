/**
 * What people were told: codes that phones have shown, vouchers that tills have called accepted, verdicts that were final. The
 * laws hold the ledger and the disks against it.
 */
import type { Phone } from './phone.ts';

export type Violation = { readonly law: string; readonly what: string };

/** A charge on a till's screen. */
export type Charged = { readonly till: Phone; readonly link: string; readonly saleId: string };

/** A payment out of a purse whose code somebody may have seen. */
export type Shown = {
  readonly vid: string;
  readonly code: string;
  readonly payer: Phone;
  readonly till: Phone;
  readonly saleId: string;
  /** By a production wallet. */
  readonly honest: boolean;
  /** What the till said of it last. */
  taken: string | null;
};

export class Book {
  lastCharge: Charged | null = null;
  readonly shown = new Map<string, Shown>();
  /** By vid: the till that called it accepted, or paid. */
  readonly accepted = new Map<string, Phone>();
  /** Vouchers that a till has signed a void of: whoever still has them, their money goes home. */
  readonly givenBack = new Set<string>();
  /** By payment id: the till that took its receipt or code for it. */
  readonly paidAtTill = new Map<string, Phone>();
  /** `purse number` to the one vid that was signed for it. */
  readonly numbers = new Map<string, string>();
  /** Purses with two histories, or perhaps: of a cheat, or of a disk that was set back. */
  readonly twofold = new Set<string>();
  /** By payment id: the verdict when it was first seen. */
  readonly final = new Map<string, string>();
  /** I9 could be asked: all that was taken in was taken in again in another order. */
  replayed = false;
  /** Journal rows seen, to see that it only grows. */
  readonly journal: object[] = [];
}
