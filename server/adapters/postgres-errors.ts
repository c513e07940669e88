/** What an error of the driver or of the database means for us. Kept apart because wrong answers here lose or repeat money. */
import { StoreUnavailable } from '#server/core/ports.ts';

export type Trouble =
  /** A conflict between transactions: nothing happened, run the body again. */
  | 'conflict'
  /** The connection or the server is gone or too slow. Around COMMIT this means: unknown. */
  | 'unavailable'
  /** A bug here or in the database. */
  | 'bug';

const CONFLICTS = new Set(['40001', '40P01']);
/** Cancelled by a time limit, lock not had in time, a standby that cannot write, out of connections, memory or disk. */
const UNAVAILABLE = new Set(['57014', '55P03', '25006', '25P03', '25P04']);
const UNAVAILABLE_CLASSES = new Set(['08', '53', '58']);
const NODE_CODES = /^E(?:CONN|PIPE|HOST|NET|TIMEDOUT|AI_|NOTFOUND|NOENT)/;
/** pg reports a lost connection and its own time limits as plain errors without a code. */
const DRIVER_WORDS = /connection terminated|connection error|not queryable|timeout expired|read timeout|timeout exceeded|client was closed|after calling end/i;

/** What tells that this server is gone, or writes no more: pg's own words, not its "timeout exceeded", which is a full pool. */
const LOST_WORDS = /connection terminated|connection error|not queryable|read timeout/i;

/** Password, user, database or rights are not as the database wants them: for its owner to put right. */
const REFUSALS = new Set(['28P01', '28000', '3D000', '42501']);

function codeOf(thrown: Error): string | null {
  return 'code' in thrown && typeof thrown.code === 'string' ? thrown.code : null;
}

export function troubleOf(thrown: unknown): Trouble {
  if (thrown instanceof StoreUnavailable) return 'unavailable';
  if (!(thrown instanceof Error)) return 'bug';
  const code = codeOf(thrown);
  if (code === null) return DRIVER_WORDS.test(thrown.message) ? 'unavailable' : 'bug';
  if (CONFLICTS.has(code)) return 'conflict';
  if (UNAVAILABLE.has(code) || code.startsWith('57P') || UNAVAILABLE_CLASSES.has(code.slice(0, 2)) || NODE_CODES.test(code)) return 'unavailable';
  return 'bug';
}

/** Is it time to look for another leader? Not for a statement that was slow, nor where memory or connections ran out: the leader is where it was. */
export function tellsOfLostLeader(thrown: unknown): boolean {
  if (!(thrown instanceof Error)) return false;
  const code = codeOf(thrown);
  if (code === null) return LOST_WORDS.test(thrown.message);
  return code === '25006' || code.startsWith('57P') || code.startsWith('08') || NODE_CODES.test(code);
}

/** Only at the start: later none of these is expected, and each is a bug. */
export function isRefusal(thrown: unknown): thrown is Error {
  return thrown instanceof Error && REFUSALS.has(codeOf(thrown) ?? '');
}

/** The error that leaves the adapter for one that came from the driver. */
export function asStoreError(thrown: unknown): unknown {
  const trouble = troubleOf(thrown);
  if (trouble === 'bug' || thrown instanceof StoreUnavailable) return thrown;
  const why = thrown instanceof Error ? thrown.message : String(thrown);
  return new StoreUnavailable(trouble === 'conflict' ? `the database kept refusing: ${why}` : `the database does not answer: ${why}`, { cause: thrown });
}
