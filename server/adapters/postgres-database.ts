/**
 * The small port that all SQL goes through: `query` and `transaction` over a pool of `pg` connections. It owns retries
 * and what an error means; it knows no table. Statements of one transaction share a connection and are
 * pipelined: they run in the order in which they were sent, whether or not the answers were awaited.
 */
import { setTimeout as pause } from 'node:timers/promises';
import type pg from 'pg';
import { asStoreError, tellsOfLostLeader, troubleOf } from './postgres-errors.ts';
import { LeaderPool, settingsOf, type DatabaseOptions } from './postgres-pool.ts';

/** `name` makes it a prepared statement of the connection. */
export type Statement = { readonly name: string; readonly text: string };

export interface Sql {
  /** Rows of the caller's shape: column names and types are checked by the contract suite, not here. */
  query<R>(statement: Statement, values: readonly unknown[]): Promise<R[]>;
  /** Several statements in one text, without values or rows. For migrations: the driver waits for its end, the database has its own limit. */
  script(text: string): Promise<void>;
}

export interface Database extends Sql {
  /** The body may run again after 40001 or 40P01. */
  transaction<T>(work: (sql: Sql) => Promise<T>): Promise<T>;
  /** Waits for transactions that are under way. */
  close(): Promise<void>;
}

/** A conflict is over within milliseconds; ten turns with full jitter outlast any honest one. */
const TRIES = 10;
const RETRY_MIN_MS = 4;
const RETRY_MAX_MS = 250;

/** The longest that a timer takes, 24 days: the driver reads 0 as "the pool's". */
const NO_LIMIT_MS = 2_147_483_647;

/** What pg takes and its types do not name. */
type Query = pg.QueryConfig & { readonly query_timeout?: number };

/** Statements of one transaction. Keeps the first error: in a pipeline the later ones only say that the transaction is aborted. */
class TransactionSql implements Sql {
  private readonly client: pg.PoolClient;
  private readonly named: boolean;
  firstError: Error | null = null;

  constructor(client: pg.PoolClient, named: boolean) {
    this.client = client;
    this.named = named;
  }

  async query<R>(statement: Statement, values: readonly unknown[]): Promise<R[]> {
    return (await this.send<R>({ text: statement.text, values: [...values], ...(this.named ? { name: statement.name } : {}) })).rows;
  }

  async script(text: string): Promise<void> {
    await this.send({ text, query_timeout: NO_LIMIT_MS });
  }

  send<R>(query: Query): Promise<pg.QueryResult<R & pg.QueryResultRow>> {
    const answer = this.client.query<R & pg.QueryResultRow>(query);
    answer.catch((thrown: unknown) => {
      this.firstError ??= thrown instanceof Error ? thrown : new Error(String(thrown));
    });
    return answer;
  }
}

async function attempt<T>(client: pg.PoolClient, named: boolean, work: (sql: Sql) => Promise<T>): Promise<T> {
  const sql = new TransactionSql(client, named);
  try {
    // Not awaited: it travels with the first statement.
    void sql.send({ text: 'begin' }).catch(() => undefined);
    const value = await work(sql);
    if (sql.firstError !== null) throw sql.firstError;
    const end = await sql.send({ text: 'commit' });
    // An aborted transaction answers COMMIT with ROLLBACK, and no error.
    if (end.command !== 'COMMIT') throw sql.firstError ?? new Error(`COMMIT was answered with ${end.command}`);
    return value;
  } catch (thrown) {
    const first = sql.firstError ?? thrown;
    await sql.send({ text: 'rollback' }).catch(() => undefined);
    throw first;
  }
}

export function openDatabase(options: DatabaseOptions): Database {
  const settings = settingsOf(options);
  const leader = new LeaderPool(settings);

  async function onLeader<T>(work: (client: pg.PoolClient) => Promise<T>): Promise<T> {
    const pool = await leader.current();
    try {
      return await onConnection(pool, work);
    } catch (thrown) {
      if (tellsOfLostLeader(thrown)) leader.lost(pool);
      throw thrown;
    }
  }

  async function onConnection<T>(pool: pg.Pool, work: (client: pg.PoolClient) => Promise<T>): Promise<T> {
    const client = await pool.connect();
    let broken = false;
    try {
      return await work(client);
    } catch (thrown) {
      broken = troubleOf(thrown) === 'unavailable';
      throw thrown;
    } finally {
      client.release(broken);
    }
  }

  async function guarded<T>(work: () => Promise<T>): Promise<T> {
    for (let tried = 1; ; tried++) {
      try {
        return await work();
      } catch (thrown) {
        const trouble = troubleOf(thrown);
        if (trouble !== 'conflict' || tried === TRIES) throw asStoreError(thrown);
        settings.log.info('database.conflict', { tried });
        await pause(Math.random() * Math.min(RETRY_MAX_MS, RETRY_MIN_MS * 2 ** tried));
      }
    }
  }

  return {
    query: (statement, values) => guarded(() => onLeader((client) => new TransactionSql(client, settings.namedStatements).query(statement, values))),
    script: (text) => guarded(() => onLeader((client) => new TransactionSql(client, settings.namedStatements).script(text))),
    transaction: (work) => guarded(() => onLeader((client) => attempt(client, settings.namedStatements, work))),
    close: () => leader.close(),
  };
}
