/**
 * What people were told: codes that phones have shown, vouchers that tills have called accepted, verdicts that were final. The
 * laws hold the ledger and the disks against it.
 */
import type { Phone } from './phone.ts';

/** A payment out of a purse whose code somebody may have seen. */
export type Shown = {
  readonly vid: string;
  readonly code: string;
  readonly payer: Phone;
  readonly till: Phone;
  /** What the till did with it. */
  taken: string | null;
};

export type Violation = { readonly law: string; readonly what: string };

/** A charge on a till's screen. */
export type Charged = { readonly till: Phone; readonly link: string };

export class Book {
  lastCharge: Charged | null = null;
  readonly shown = new Map<string, Shown>();
  /** By vid: the till that called it accepted. */
  readonly accepted = new Map<string, Phone>();
  /** `purse number` to the one vid that was shown for it. */
  readonly numbers = new Map<string, string>();
  /** Purses of which two vouchers of one number exist, or may: their device was set back. */
  readonly doubtful = new Set<string>();
  /** By id: the settled payment or voucher as it was when it was first seen final. */
  readonly final = new Map<string, string>();
  /** Journal rows seen, to see that it only grows. */
  readonly journal: object[] = [];
}
