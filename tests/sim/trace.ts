/** What happened, as lines, and a hash over all of them: two runs of one seed are the same run when their hashes are. */

export class Trace {
  private readonly out: ((line: string) => void) | null;
  private high = 0x811c9dc5;
  private low = 0x1b873593;
  private lines = 0;

  constructor(out: ((line: string) => void) | null = null) {
    this.out = out;
  }

  say(line: string): void {
    this.lines += 1;
    for (let i = 0; i < line.length; i++) {
      const code = line.charCodeAt(i);
      this.high = Math.imul(this.high ^ code, 0x01000193);
      this.low = Math.imul((this.low << 5) ^ (this.low >>> 27) ^ code, 0x85ebca6b);
    }
    this.out?.(line);
  }

  get hash(): string {
    return [this.high, this.low].map((half) => (half >>> 0).toString(16).padStart(8, '0')).join('');
  }

  get length(): number {
    return this.lines;
  }
}
