/**
 * The wallet's rows, for a tester's eyes: what is in each table, by a list of fields that may be seen. Whatever is not on the list
 * is not shown, so a new field is a secret until somebody has looked at it. Never a key, a PIN, its check, a code or a request's
 * body: of these at most the size. Read straight from the database, so that it can be looked at while the wallet is dead.
 */
import { answerOf } from './lab-database.ts';
import { openExisting } from './storage-copy.ts';

export type Cell = string | number | boolean | null;
export type OpenTable = { readonly name: string; readonly count: number; /** Newest first, at most ROWS. */ readonly rows: readonly (readonly (readonly [field: string, value: Cell])[])[] };

const ROWS = 30;

/** Dotted names go into a record; `#size` is how many characters a text has. */
const SHOWN: { readonly [table: string]: { readonly newestBy: string; readonly fields: readonly string[] } } = {
  outbox: { newestBy: 'createdAtMs', fields: ['id', 'kind', 'recordId', 'path', 'body#size', 'attempts', 'createdAtMs', 'nextAttemptAtMs', 'poison'] },
  payments: { newestBy: 'createdAtMs', fields: ['id', 'state.kind', 'state.code', 'amountMinor', 'merchantName', 'terminal', 'createdAtMs'] },
  sales: { newestBy: 'createdAtMs', fields: ['id', 'state.kind', 'amountMinor', 'createdAtMs', 'attention'] },
  purses: { newestBy: 'expMs', fields: ['id', 'kind', 'state.kind', 'limMinor', 'capMinor', 'maxCount', 'head.seq', 'head.cumMinor', 'expMs', 'claimDeadlineMs', 'certificate#size'] },
  vouchers: { newestBy: 'createdAtMs', fields: ['id', 'purseId', 'seq', 'cumMinor', 'amountMinor', 'state.kind', 'merchantName', 'terminal', 'createdAtMs', 'bytes#size'] },
  claims: { newestBy: 'acceptedAtMs', fields: ['id', 'purseId', 'seq', 'cumMinor', 'amountMinor', 'state.kind', 'state.paidMinor', 'state.code', 'goods', 'conflicted', 'payer', 'listSeq', 'acceptedAtMs', 'bytes#size'] },
  evidence: { newestBy: 'atMs', fields: ['id', 'purseId', 'seq', 'cumMinor', 'amountMinor', 'code', 'otherVid', 'atMs', 'bytes#size'] },
  notes: { newestBy: 'iatSeconds', fields: ['id', 'vid', 'kind', 'amountMinor', 'state.kind', 'iatSeconds', 'bytes#size'] },
  unclaimed: { newestBy: 'atMs', fields: ['id', 'amountMinor', 'payer', 'refused', 'atMs'] },
  history: { newestBy: 'seq', fields: ['seq', 'entry.kind', 'entry.amountMinor', 'entry.direction', 'entry.event', 'entry.atMs'] },
  single: { newestBy: 'name', fields: ['name', 'row.kind', 'row.name', 'row.balanceMinor', 'row.cursor', 'row.headSeq', 'row.asOfMs', 'row.offsetMs', 'row.triesLeft', 'row.statusSeq', 'row.listSeenMs', 'row.syncSeenMs'] },
};

/** These hold nothing that may be seen. */
const HIDDEN: readonly string[] = ['keys', 'quarantine'];

export async function readOpenRows(factory: IDBFactory): Promise<readonly OpenTable[]> {
  const database = await openExisting(factory);
  if (database === null) return [];
  const names = [...database.objectStoreNames];
  const transaction = database.transaction(names);
  const all = await Promise.all(names.map(async (name) => ({ name, rows: await answerOf(transaction.objectStore(name).getAll() as IDBRequest<unknown[]>) })));
  database.close();
  const order = [...Object.keys(SHOWN), ...HIDDEN];
  return all.map(({ name, rows }) => openTable(name, rows)).toSorted((a, b) => order.indexOf(a.name) - order.indexOf(b.name));
}

export function openTable(name: string, rows: readonly unknown[]): OpenTable {
  const shown = SHOWN[name];
  if (shown === undefined) return { name, count: rows.length, rows: [] };
  const newest = rows.toSorted((a, b) => compare(valueOf(b, shown.newestBy), valueOf(a, shown.newestBy))).slice(0, ROWS);
  return { name, count: rows.length, rows: newest.map((row) => shown.fields.map((field) => [field, valueOf(row, field)] as const).filter(([, value]) => value !== undefined) as [string, Cell][]) };
}

function valueOf(row: unknown, field: string): Cell | undefined {
  const [path = '', size] = field.split('#');
  let at: unknown = row;
  for (const name of path.split('.')) at = typeof at === 'object' && at !== null && Object.hasOwn(at, name) ? (at as { readonly [name: string]: unknown })[name] : undefined;
  if (size !== undefined) return typeof at === 'string' ? at.length : undefined;
  return at === null || typeof at === 'string' || typeof at === 'number' || typeof at === 'boolean' ? at : undefined;
}

function compare(a: Cell | undefined, b: Cell | undefined): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  return String(a) < String(b) ? -1 : 1;
}
