/**
 * A map that can be rolled back: every change leaves a note of how to undo it in the transaction's log. Undoing costs what
 * the transaction wrote and nothing else, which is what lets a simulator run long histories.
 */
export class UndoLog {
  private steps: (() => void)[] = [];

  note(step: () => void): void {
    this.steps.push(step);
  }

  keep(): void {
    this.steps = [];
  }

  undo(): void {
    for (const step of this.steps.reverse()) step();
    this.steps = [];
  }
}

export class MemoryTable<K, V> {
  private readonly rows = new Map<K, V>();
  private readonly log: UndoLog;

  constructor(log: UndoLog) {
    this.log = log;
  }

  get(key: K): V | undefined {
    return this.rows.get(key);
  }

  has(key: K): boolean {
    return this.rows.has(key);
  }

  put(key: K, row: V): void {
    const had = this.rows.has(key);
    const before = this.rows.get(key);
    this.log.note(() => {
      if (had) this.rows.set(key, before as V);
      else this.rows.delete(key);
    });
    this.rows.set(key, row);
  }

  /** Asserting insert: a second row under one key is a bug of the caller, as it is in SQL. */
  insert(key: K, row: V): void {
    if (this.rows.has(key)) throw new Error(`duplicate key ${String(key)}`);
    this.put(key, row);
  }

  delete(key: K): void {
    const before = this.rows.get(key);
    if (before === undefined) return;
    this.log.note(() => this.rows.set(key, before));
    this.rows.delete(key);
  }

  keys(): K[] {
    return [...this.rows.keys()];
  }

  filter(keep: (row: V) => boolean): V[] {
    return [...this.rows.values()].filter(keep);
  }

  entries(): [K, V][] {
    return [...this.rows];
  }
}

/** An append-only list that can be cut back. */
export class MemoryList<V> {
  private readonly rows: V[] = [];
  private readonly log: UndoLog;

  constructor(log: UndoLog) {
    this.log = log;
  }

  get length(): number {
    return this.rows.length;
  }

  append(row: V): void {
    this.log.note(() => this.rows.pop());
    this.rows.push(row);
  }

  slice(from: number, to?: number): V[] {
    return this.rows.slice(from, to);
  }
}
