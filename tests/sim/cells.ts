/** The matrix of reliability.md section 6: a cell counts when its fault really struck while its operation was under way. */

export const OPERATIONS = ['topup', 'pay online', 'pay offline', 'accept', 'sync', 'refund', 'cancel', 'rotate key', 'revoke device', 'restore', 'migrate', 'role change'] as const;
export const FAULTS = ['drop req', 'drop resp', 'dup', 'delay', 'reorder', 'crash', 'rollback', 'quota', 'clock', 'SW skew', 'tab freeze', 'key revoke'] as const;
export type Operation = (typeof OPERATIONS)[number];
export type FaultName = (typeof FAULTS)[number];

export const CELLS = OPERATIONS.length * FAULTS.length;

export class Cells {
  private readonly hits = new Map<string, number>();

  hit(operation: Operation, fault: FaultName): void {
    const cell = `${operation} x ${fault}`;
    this.hits.set(cell, (this.hits.get(cell) ?? 0) + 1);
  }

  add(other: Cells): void {
    for (const [cell, count] of other.hits) this.hits.set(cell, (this.hits.get(cell) ?? 0) + count);
  }

  of(operation: Operation, fault: FaultName): number {
    return this.hits.get(`${operation} x ${fault}`) ?? 0;
  }

  get reached(): number {
    return this.hits.size;
  }

  missing(): string[] {
    return OPERATIONS.flatMap((operation) => FAULTS.filter((fault) => this.of(operation, fault) === 0).map((fault) => `${operation} x ${fault}`));
  }

  fewest(): number {
    return Math.min(...OPERATIONS.flatMap((operation) => FAULTS.map((fault) => this.of(operation, fault))));
  }

  byFault(): Record<FaultName, number> {
    const sums = FAULTS.map((fault) => [fault, OPERATIONS.reduce((sum, operation) => sum + this.of(operation, fault), 0)] as const);
    return Object.fromEntries(sums) as Record<FaultName, number>;
  }
}
