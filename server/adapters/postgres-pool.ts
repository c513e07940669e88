/** Connections to the present leader: how many, how long they may wait, and how their values are read. */
import pg from 'pg';
import type { Log } from '#base/log.ts';
import { addressesOf, findLeader } from './postgres-hosts.ts';

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
const INT8 = 20;

function safeInteger(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value)) throw new RangeError(`int8 ${text} is not a safe integer`);
  return value;
}

const types: pg.CustomTypesConfig = {
  getTypeParser: ((oid: number, format?: 'text') => (oid === INT8 ? safeInteger : pg.types.getTypeParser(oid, format))) as typeof pg.types.getTypeParser,
};

export type DatabaseSettings = Required<DatabaseOptions>;

export function settingsOf(options: DatabaseOptions): DatabaseSettings {
  return { ...DEFAULTS, ...options };
}

function openPool(address: string, settings: DatabaseSettings): pg.Pool {
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
export class LeaderPool {
  private readonly addresses: readonly string[];
  private readonly settings: DatabaseSettings;
  private readonly find: typeof findLeader;
  private pool: Promise<pg.Pool> | null = null;
  private opened: pg.Pool | null = null;

  constructor(settings: DatabaseSettings, find = findLeader) {
    this.settings = settings;
    this.find = find;
    this.addresses = addressesOf(settings.url);
  }

  current(): Promise<pg.Pool> {
    this.pool ??= this.open();
    return this.pool;
  }

  private async open(): Promise<pg.Pool> {
    try {
      this.opened = openPool(await this.find(this.addresses, this.settings.connectTimeoutMs), this.settings);
      return this.opened;
    } catch (thrown) {
      this.pool = null;
      throw thrown;
    }
  }

  /**
   * `failed`: the pool that it happened on. When that one was replaced meanwhile, the present one has nothing to do with it. With one
   * host the pool replaces lost connections by itself.
   */
  lost(failed: pg.Pool): void {
    if (this.addresses.length === 1 || failed !== this.opened) return;
    this.pool = this.opened = null;
    void failed.end().catch(() => undefined);
  }

  async close(): Promise<void> {
    if (this.pool !== null) await (await this.pool).end();
  }
}
