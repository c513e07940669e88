/**
 * How often is too often, each rule with its reason. Generous for a person, a desk with two phones and a shop behind one
 * address; tight for a machine that guesses. What must be exact is counted in the store instead.
 */
import type { RateRule } from '#server/core/ports.ts';

const MINUTE = 60;

export const RATES = {
  /** Everything from one address: a market hall behind one router is some hundred phones. */
  address: { points: 6_000, seconds: MINUTE },
  /** Challenges and session openings from one address: guesses of enrolment codes (60 bits) and cookies. */
  session: { points: 300, seconds: MINUTE },
  /** Play-money accounts from one address: each costs rows that stay. */
  demo: { points: 120, seconds: MINUTE },
  /** The desk's look at the journal, which reads all of it. A desk asks every few seconds. */
  ledger: { points: 120, seconds: MINUTE },
  /** PIN changes of one account. Argon2 costs 20 ms and 19 MiB each. */
  pin: { points: 20, seconds: MINUTE },
  passkey: { points: 20, seconds: MINUTE },
  /** Confirmations of one account: nobody buys more often by hand. */
  confirmation: { points: 60, seconds: MINUTE },
  /** Payments of one account: retries of what waits in an outbox included. */
  payment: { points: 240, seconds: MINUTE },
  /** Purses of one account: openings, top-ups, refreshes. Each signs a certificate. */
  purse: { points: 30, seconds: MINUTE },
  /** Syncs of one account: all tills of a shop coming back at once, and their retries. */
  sync: { points: 600, seconds: MINUTE },
  /** Appeals of one account: people write them. */
  appeal: { points: 10, seconds: MINUTE },
  /** Reads of one account: a till polls twelve times a minute, and all tills of a shop share this. */
  read: { points: 1_200, seconds: MINUTE },
  /** Stream openings of one account; each reconnects after a few seconds. */
  stream: { points: 120, seconds: MINUTE },
  /** Violation reports from one address: a broken page must not fill the log. */
  report: { points: 60, seconds: MINUTE },
} as const satisfies Record<string, RateRule>;

export type RateName = keyof typeof RATES;
