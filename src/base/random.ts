import type { Bytes } from './bytes.ts';

/** Chance is given, never taken, so that a seed replays a failure. In production: a CSPRNG. */
export interface Random {
  bytes(length: number): Bytes;
}

/** A uniform fraction in [0, 1), for jitter. Not for keys. */
export function fraction(random: Random): number {
  const [a = 0, b = 0, c = 0] = random.bytes(3);
  return ((a << 16) | (b << 8) | c) / 2 ** 24;
}
