/**
 * The one clock of a run. Nothing passes but what is scheduled here: time jumps from one event to the next, and between two
 * of them every promise that can go on has gone on. No real time is read and none is waited for.
 */

type Event = { readonly atMs: number; readonly order: number; run: (() => void) | null };

export class Timeline {
  nowMs: number;
  private readonly heap: Event[] = [];
  private scheduled = 0;

  constructor(startMs: number) {
    this.nowMs = startMs;
  }

  /** Events of one instant run in the order in which they were scheduled. Returns what cancels it. */
  after(delayMs: number, run: () => void): () => void {
    const event: Event = { atMs: this.nowMs + Math.max(0, Math.ceil(delayMs)), order: this.scheduled++, run };
    push(this.heap, event);
    return () => {
      event.run = null;
    };
  }

  pause(delayMs: number): Promise<void> {
    return new Promise((resolve) => {
      this.after(delayMs, resolve);
    });
  }

  /** When something happens next; null when nothing is scheduled. */
  nextMs(): number | null {
    while (this.heap[0]?.run === null) pop(this.heap);
    return this.heap[0]?.atMs ?? null;
  }

  /** Goes to the next instant, runs its events, and lets everything that they set free run to its end. */
  async step(): Promise<void> {
    const atMs = this.nextMs();
    if (atMs === null) return;
    // After a leap what is due is late.
    this.nowMs = Math.max(this.nowMs, atMs);
    for (let next: number | null = atMs; next !== null && next <= this.nowMs; next = this.nextMs()) pop(this.heap)?.run?.();
    await settled();
  }

  /** Runs until `done`, at most until `limitMs` from now, where it then stands. False when the limit came first. */
  async run(done: () => boolean, limitMs: number): Promise<boolean> {
    const untilMs = this.nowMs + limitMs;
    await settled();
    while (!done()) {
      const next = this.nextMs();
      if (next === null || next > untilMs) {
        this.nowMs = untilMs;
        return false;
      }
      await this.step();
    }
    return true;
  }

  /** The devices slept, the server did not: nothing that was scheduled runs before `byMs` are over, and then all of it is late. */
  leap(byMs: number): void {
    this.nowMs += byMs;
  }
}

/** A turn of Node's loop begins only when no promise and no tick is left to run. */
export function settled(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}

function before(a: Event, b: Event): boolean {
  return a.atMs < b.atMs || (a.atMs === b.atMs && a.order < b.order);
}

function push(heap: Event[], event: Event): void {
  let at = heap.push(event) - 1;
  while (at > 0) {
    const parent = (at - 1) >> 1;
    const above = heap[parent];
    if (above === undefined || before(above, event)) break;
    heap[at] = above;
    at = parent;
  }
  heap[at] = event;
}

function pop(heap: Event[]): Event | undefined {
  const top = heap[0];
  const last = heap.pop();
  if (last === undefined || heap.length === 0) return top;
  let at = 0;
  for (;;) {
    let child = 2 * at + 1;
    const [left, right] = [heap[child], heap[child + 1]];
    if (left !== undefined && right !== undefined && before(right, left)) child++;
    const below = heap[child];
    if (below === undefined || before(last, below)) break;
    heap[at] = below;
    at = child;
  }
  heap[at] = last;
  return top;
}
