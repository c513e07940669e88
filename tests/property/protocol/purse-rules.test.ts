/**
 * The theorem of protocol.md 5.4 over random histories: forks, duplicates, reordering, top-ups. If no pair breaks the
 * cumulative rule, the amounts sum to at most the limit; so an overdraft has a pair that proves it. The same histories under
 * the weaker rule "no two of one number" must show an overdraft that nobody can prove: else this test tests nothing.
 * RULES_SEED replays; RULES_RUNS raises.
 */
import { expect, it } from 'vitest';
import { bytesOf } from '../../fixtures/protocol-keys.ts';
import { checkAgainst, conflict, firstHead, nextHead, type ChainLink, type Head } from '#protocol/purse-rules.ts';

const RUNS = Number(process.env.RULES_RUNS ?? 3_000);
const SEED = Number(process.env.RULES_SEED ?? Math.floor(Math.random() * 2 ** 32));
const LIMIT = 5_000;
const purseId = bytesOf('a1a2a3a4a5a6a7a8');

function randomOf(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) % below;
  };
}
type Random = ReturnType<typeof randomOf>;
type History = { readonly signed: readonly ChainLink[]; readonly limitMinor: number; readonly honest: boolean };

let made = 0;
const newVid = (): string => (made++).toString(16).padStart(32, '0');

/** A payer, perhaps with several copies of the wallet, perhaps one that lies about what it has paid before. */
function history(random: Random): History {
  const honest = random(3) === 0;
  const sly = !honest && random(2) === 0;
  let limitMinor = LIMIT;
  const branches: Head[] = [firstHead(purseId)];
  const signed: ChainLink[] = [];
  for (let step = 1 + random(40); step > 0; step--) {
    const at = random(branches.length);
    const head = branches[at] as Head;
    const amountMinor = 1 + random(600);
    if (random(12) === 0) limitMinor += random(2_000);
    if (!honest && random(6) === 0) branches.push(signed.length === 0 ? head : rolledBack(random, signed));
    const next = nextHead(head, amountMinor);
    if (next.cumMinor > limitMinor) continue;
    // The sly one never signs a number twice.
    const lies = honest ? {} : sly ? { seq: signed.length + 1 } : lie(random, next, limitMinor);
    const link = { ...next, ...lies, vid: newVid() };
    signed.push(link);
    branches[at] = { seq: link.seq, cumMinor: link.cumMinor, vid: link.vid };
  }
  return { signed, limitMinor, honest };
}

/** An older copy of the wallet: any head that once was. */
function rolledBack(random: Random, signed: readonly ChainLink[]): Head {
  const { seq, cumMinor, vid } = signed[random(signed.length)] as ChainLink;
  return { seq, cumMinor, vid };
}

/** The numbers of a voucher are whatever its signer writes: each valid by itself. */
function lie(random: Random, link: Omit<ChainLink, 'vid'>, limitMinor: number): Partial<ChainLink> {
  switch (random(8)) {
    case 0:
      return { seq: link.seq + 1 + random(5) };
    case 1:
      return { cumMinor: link.amountMinor + random(limitMinor - link.amountMinor + 1) };
    case 2:
      return { prev: 'ff'.repeat(16) };
    case 3:
      return { seq: 1 + random(60), cumMinor: link.amountMinor };
    default:
      return {};
  }
}

/** What reaches the server: some twice, some late, in any order. */
function delivered(random: Random, signed: readonly ChainLink[]): ChainLink[] {
  const sent = signed.flatMap((link) => Array.from({ length: random(3) === 0 ? 2 : 1 }, () => link));
  for (let i = sent.length - 1; i > 0; i--) {
    const j = random(i + 1);
    [sent[i], sent[j]] = [sent[j] as ChainLink, sent[i] as ChainLink];
  }
  return sent;
}

/** The vouchers beside `seq`, and those of the same: all that checkAgainst needs of a history without a contradiction. */
function neighboursOf(seq: number, known: readonly ChainLink[]): readonly ChainLink[] {
  const same: ChainLink[] = [];
  let below: ChainLink | null = null;
  let above: ChainLink | null = null;
  for (const link of known) {
    if (link.seq === seq) same.push(link);
    else if (link.seq < seq && (below === null || link.seq > below.seq)) below = link;
    else if (link.seq > seq && (above === null || link.seq < above.seq)) above = link;
  }
  return [...same, ...[below, above].filter((link) => link !== null)];
}

type Rule = (voucher: ChainLink, known: readonly ChainLink[]) => boolean;
const cumulative: Rule = (voucher, known) => checkAgainst(voucher, known) !== null;
const byNeighbours: Rule = (voucher, known) => checkAgainst(voucher, neighboursOf(voucher.seq, known)) !== null;
const sameSeqOnly: Rule = (voucher, known) => known.some((other) => other.seq === voucher.seq && other.vid !== voucher.vid);

/** A server that takes what comes until somebody is caught. */
function audit(arrivals: readonly ChainLink[], rule: Rule): { readonly caught: boolean; readonly takenMinor: number } {
  const known: ChainLink[] = [];
  for (const link of arrivals) {
    if (known.some((other) => other.vid === link.vid)) continue;
    if (rule(link, known)) return { caught: true, takenMinor: 0 };
    known.push(link);
  }
  return { caught: false, takenMinor: known.reduce((sum, link) => sum + link.amountMinor, 0) };
}

it(`an overdraft has two vouchers that prove it (RULES_SEED=${SEED})`, { timeout: 60_000 }, () => {
  const random = randomOf(SEED);
  const seen = { caught: 0, honest: 0, overdrawn: 0, missedByWeakRule: 0 };
  for (let run = 0; run < RUNS; run++) {
    const { signed, limitMinor, honest } = history(random);
    const arrivals = delivered(random, signed);
    const where = `run ${run} RULES_SEED=${SEED}`;
    const strict = audit(arrivals, cumulative);
    expect(audit(arrivals, byNeighbours).caught, where).toBe(strict.caught);
    expect(audit(delivered(random, signed), cumulative).caught, where).toBe(strict.caught);
    if (!strict.caught) expect(strict.takenMinor, where).toBeLessThanOrEqual(limitMinor);
    if (honest) expect(strict.caught, where).toBe(false);
    const totalMinor = signed.reduce((sum, link) => sum + link.amountMinor, 0);
    if (totalMinor > limitMinor) expect(strict.caught, where).toBe(true);
    const weak = audit(arrivals, sameSeqOnly);
    seen.caught += Number(strict.caught);
    seen.honest += Number(honest);
    seen.overdrawn += Number(totalMinor > limitMinor);
    seen.missedByWeakRule += Number(!weak.caught && weak.takenMinor > limitMinor);
  }
  for (const [what, times] of Object.entries(seen)) expect(times, what).toBeGreaterThan(RUNS / 100);
});

it('does not care which of the two is named first', () => {
  const random = randomOf(SEED + 1);
  for (let run = 0; run < 500; run++) {
    const { signed } = history(random);
    for (const a of signed.slice(0, 8)) for (const b of signed) expect(conflict(a, b)).toBe(conflict(b, a));
  }
});
