/**
 * Finds the server that can write. `postgres://user@h1:5432,h2:5432/db` names several hosts, which the driver does not
 * know; the one whose transactions are not read-only is the leader. With one host there is nothing to look for.
 */
import pg from 'pg';
import { StoreUnavailable } from '#server/core/ports.ts';

const URL_SHAPE = /^(postgres(?:ql)?:\/\/(?:[^@/]*@)?)([^/?]+)(.*)$/;

/** One address a host. */
export function addressesOf(url: string): string[] {
  const [, head = '', hosts = '', tail = ''] = URL_SHAPE.exec(url) ?? [];
  if (hosts === '') return [url];
  return hosts.split(',').map((host) => head + host + tail);
}

async function canWrite(address: string, connectTimeoutMs: number): Promise<boolean> {
  const client = new pg.Client({ connectionString: address, connectionTimeoutMillis: connectTimeoutMs, query_timeout: connectTimeoutMs });
  client.on('error', () => undefined);
  try {
    await client.connect();
    const answer = await client.query<{ transaction_read_only: string }>('show transaction_read_only');
    return answer.rows[0]?.transaction_read_only === 'off';
  } catch {
    return false;
  } finally {
    await client.end().catch(() => undefined);
  }
}

export async function findLeader(addresses: readonly string[], connectTimeoutMs: number): Promise<string> {
  const [only] = addresses;
  if (addresses.length === 1 && only !== undefined) return only;
  for (const address of addresses) if (await canWrite(address, connectTimeoutMs)) return address;
  throw new StoreUnavailable(`none of ${addresses.length} database hosts can write`);
}
