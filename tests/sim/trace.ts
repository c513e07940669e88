/** What happened, as lines, and a hash over all of them and over what was sent and answered: two runs of one seed are the same run when their hashes are. */

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
    this.mix(line);
    this.out?.(line);
  }

  /** Into the hash, and into no line: what a line has no room for. */
  mix(text: string): void {
    for (let i = 0; i < text.length; i++) {
      const code = text.charCodeAt(i);
      this.high = Math.imul(this.high ^ code, 0x01000193);
      this.low = Math.imul((this.low << 5) ^ (this.low >>> 27) ^ code, 0x85ebca6b);
    }
  }

  get hash(): string {
    return [this.high, this.low].map((half) => (half >>> 0).toString(16).padStart(8, '0')).join('');
  }

  get length(): number {
    return this.lines;
  }
}
