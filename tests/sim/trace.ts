/** What happened, as lines, and a hash over all of them and over what was sent and answered: two runs of one seed are the same run when their hashes are. */
import { createHash } from 'node:crypto';

const HASH_DIGITS = 16;

export class Trace {
  private readonly out: ((line: string) => void) | null;
  private readonly mixed = createHash('sha256');
  private lines = 0;

  constructor(out: ((line: string) => void) | null = null) {
    this.out = out;
  }

  say(line: string): void {
    this.lines += 1;
    this.mix(line);
    this.out?.(line);
  }

  /** Into the hash, and into no line: what a line has no room for. */
  mix(text: string): void {
    this.mixed.update(text);
  }

  get hash(): string {
    return this.mixed.copy().digest('hex').slice(0, HASH_DIGITS);
  }

  get length(): number {
    return this.lines;
  }
}
