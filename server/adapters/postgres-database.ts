/**
 * The small port that all SQL goes through: `query` and `transaction` over a pool of `pg` connections. It owns retries,
 * time limits and what an error means; it knows no table. Statements of one transaction share a connection and are
 * pipelined: they run in the order in which they were sent, whether or not the answers were awaited.
 */
import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import type { Log } from '#base/log.ts';
import { asStoreError, troubleOf } from './postgres-errors.ts';
import { addressesOf, findLeader } from './postgres-hosts.ts';

/** `name` makes it a prepared statement of the connection. */
export type Statement = { readonly name: string; readonly text: string };

export interface Sql {
  /** Rows of the caller's shape: column names and types are checked by the contract suite, not here. */
  query<R>(statement: Statement, values: readonly unknown[]): Promise<R[]>;
  /** Several statements in one text, without values or rows. For migrations. */
  script(text: string): Promise<void>;
}

export interface Database extends Sql {
  /** The body may run again after 40001 or 40P01. */
  transaction<T>(work: (sql: Sql) => Promise<T>): Promise<T>;
  /** Waits for transactions that are under way. */
  close(): Promise<void>;
}

export type DatabaseOptions = {
  /** postgres://user:password@host[:port][,host2[:port]]/database */
  readonly url: string;
  readonly log: Log;
  readonly poolSize?: number;
  readonly connectTimeoutMs?: number;
  readonly statementTimeoutMs?: number;
  /** Off behind a pgbouncer before 1.21. */
  readonly namedStatements?: boolean;
};

const DEFAULTS = { poolSize: 10, connectTimeoutMs: 5_000, statementTimeoutMs: 10_000, namedStatements: true } as const;
/** A conflict is over within milliseconds; ten turns with full jitter outlast any honest one. */
const TRIES = 10;
const RETRY_MIN_MS = 4;
const RETRY_MAX_MS = 250;
const INT8 = 20;

function safeInteger(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value)) throw new RangeError(`int8 ${text} is not a safe integer`);
  return value;
}

const types: pg.CustomTypesConfig = {
  getTypeParser: ((oid: number, format?: 'text') => (oid === INT8 ? safeInteger : pg.types.getTypeParser(oid, format))) as typeof pg.types.getTypeParser,
};

type Settings = Required<DatabaseOptions>;

function openPool(address: string, settings: Settings): pg.Pool {
  const pool = new pg.Pool({
    connectionString: address,
    application_name: 'chit',
    pipeline: true,
    types,
    max: settings.poolSize,
    connectionTimeoutMillis: settings.connectTimeoutMs,
    idleTimeoutMillis: 60_000,
    keepAlive: true,
    statement_timeout: settings.statementTimeoutMs,
    idle_in_transaction_session_timeout: settings.statementTimeoutMs,
    // Behind the server's own limit, for a server that no longer answers at all.
    query_timeout: settings.statementTimeoutMs + 2_000,
  });
  // The pool listens to idle connections only: a connection that is lost while in use would end the process.
  pool.on('connect', (client) => client.on('error', () => undefined));
  pool.on('error', (error) => settings.log.warn('database.idle-connection-lost', { why: error.message }));
  return pool;
}

/** The pool of the present leader; dropped when that one is lost, so that the next call looks again. */
class Leader {
  private readonly addresses: readonly string[];
  private readonly settings: Settings;
  private pool: Promise<pg.Pool> | null = null;

  constructor(settings: Settings) {
    this.settings = settings;
    this.addresses = addressesOf(settings.url);
  }

  current(): Promise<pg.Pool> {
    this.pool ??= this.open();
    return this.pool;
  }

  private async open(): Promise<pg.Pool> {
    try {
      return openPool(await findLeader(this.addresses, this.settings.connectTimeoutMs), this.settings);
    } catch (thrown) {
      this.pool = null;
      throw thrown;
    }
  }

  /** With one host the pool replaces lost connections by itself. */
  lost(): void {
    if (this.addresses.length === 1 || this.pool === null) return;
    const old = this.pool;
    this.pool = null;
    void old.then((pool) => pool.end()).catch(() => undefined);
  }

  async close(): Promise<void> {
    if (this.pool !== null) await (await this.pool).end();
  }
}

/** Statements of one transaction. Keeps the first error: in a pipeline the later ones only say that the transaction is aborted. */
class TransactionSql implements Sql {
  private readonly client: pg.PoolClient;
  private readonly named: boolean;
  firstError: unknown = null;

  constructor(client: pg.PoolClient, named: boolean) {
    this.client = client;
    this.named = named;
  }

  async query<R>(statement: Statement, values: readonly unknown[]): Promise<R[]> {
    return (await this.send<R>({ text: statement.text, values: [...values], ...(this.named ? { name: statement.name } : {}) })).rows;
  }

  async script(text: string): Promise<void> {
    await this.send({ text });
  }

  send<R>(query: pg.QueryConfig): Promise<pg.QueryResult<R & pg.QueryResultRow>> {
    const answer = this.client.query<R & pg.QueryResultRow>(query);
    answer.catch((thrown: unknown) => {
      this.firstError ??= thrown;
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
    await sql.send({ text: 'rollback' }).catch(() => undefined);
    throw sql.firstError ?? thrown;
  }
}

export function openDatabase(options: DatabaseOptions): Database {
  const settings: Settings = { ...DEFAULTS, ...options };
  const leader = new Leader(settings);

  async function onConnection<T>(work: (client: pg.PoolClient) => Promise<T>): Promise<T> {
    const client = await (await leader.current()).connect();
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
        if (trouble === 'unavailable') leader.lost();
        if (trouble !== 'conflict' || tried === TRIES) throw asStoreError(thrown);
        settings.log.info('database.conflict', { tried });
        await pause(Math.random() * Math.min(RETRY_MAX_MS, RETRY_MIN_MS * 2 ** tried));
      }
    }
  }

  return {
    query: (statement, values) => guarded(() => onConnection((client) => new TransactionSql(client, settings.namedStatements).query(statement, values))),
    script: (text) => guarded(() => onConnection((client) => new TransactionSql(client, settings.namedStatements).script(text))),
    transaction: (work) => guarded(() => onConnection((client) => attempt(client, settings.namedStatements, work))),
    close: () => leader.close(),
  };
}
