/**
 * `npm run bench -- settle`: payments that the whole server settles over HTTP, on a real PostgreSQL that waits for its disk: sockets, headers,
 * session, rate rules, the core, one transaction each, the signed receipt and the reply. What the payer's PIN costs is left out: it is slow on
 * purpose. Client and server share this process, so the server alone is quicker. Beside it what a bare row costs in the same run.
 * Exits 1 when a payment is not settled or an invariant is broken.
 */
import { Agent, request as askHttp } from 'node:http';
import { text } from 'node:stream/consumers';
import { toBase64Url, toHex } from '#base/bytes.ts';
import { checkInvariants } from '#protocol/ledger-invariants.ts';
import { orderDigest } from '#protocol/order.ts';
import { openPostgresStore } from '#server/adapters/store-postgres.ts';
import { createApp } from '#server/http/app.ts';
import { serve } from '#server/serve.ts';
import { chargeOf, type JoinedDevice, openTestServer, orderOf, type TestServer } from '../fixtures/http-server.ts';
import { startTestPostgres } from '../fixtures/postgres.ts';
import { bareCommitsPerSecond, durableDatabase } from './bare-commits.ts';
import { secondsInFlight } from './in-flight.ts';

const WORKERS = 10;
const PAYMENTS = 600;
const SHOPPERS = 12;
const PRICE = 100;
/** What is counted here is not how often one person may. */
const OFTEN = { points: 1_000_000, seconds: 60 };

type Job = { readonly payer: JoinedDevice; readonly body: string };

/** Ordered and confirmed, and not paid. */
async function prepare(server: TestServer): Promise<readonly Job[]> {
  const tills = [await server.joined('demo-merchant'), await server.joined('demo-merchant-2')];
  const payers: JoinedDevice[] = [];
  for (let at = 0; at < SHOPPERS; at++) payers.push(await server.joined('new-shopper'));
  const jobs: Job[] = [];
  for (let at = 0; at < PAYMENTS; at++) {
    const [payer, till] = [payers[at % SHOPPERS], tills[at % tills.length]];
    if (payer === undefined || till === undefined) throw new Error('there are people and tills');
    const invoice = chargeOf(server, till, PRICE);
    const order = await orderOf(server, payer, invoice);
    const { partyId, deviceId } = await partyOf(server, payer);
    const expiresAtMs = server.clock.nowMs() + 300_000;
    await server.store.transaction((tx) => tx.putConfirmation({ orderHash: toHex(orderDigest(order)), partyId, deviceId, method: 'pin', expiresAtMs }));
    jobs.push({ payer, body: JSON.stringify({ order: toBase64Url(order), invoice: toBase64Url(invoice) }) });
  }
  return jobs;
}

async function partyOf({ store }: TestServer, { key }: JoinedDevice): Promise<{ readonly partyId: string; readonly deviceId: string }> {
  const device = await store.transaction((tx) => tx.deviceByKey(toBase64Url(key.publicKey)));
  if (device === null) throw new Error('it has joined');
  return { partyId: device.partyId, deviceId: device.id };
}

function pay(agent: Agent, port: number, { payer, body }: Job): Promise<string> {
  const { host, cookie } = payer;
  const headers = { host, origin: `http://${host}`, cookie: `__Host-chit=${cookie}`, 'sec-fetch-site': 'same-origin', 'chit-request': '1', 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
  return new Promise((resolve, reject) => {
    const asking = askHttp({ agent, host: '127.0.0.1', port, path: '/v1/payments', method: 'POST', headers }, (reply) => void text(reply).then(resolve, reject));
    asking.once('error', reject);
    asking.end(body);
  });
}

const postgres = await startTestPostgres();
const agent = new Agent({ keepAlive: true, maxSockets: WORKERS });
try {
  const database = await durableDatabase(postgres, WORKERS);
  const server = await openTestServer({ store: openPostgresStore(database), rates: { address: OFTEN, session: OFTEN, demo: OFTEN, payment: OFTEN } });
  const jobs = await prepare(server);
  const serving = await serve({ fetch: createApp(server.options).fetch, host: '127.0.0.1', port: 0, tls: null, beforeStop: () => undefined });
  const took: number[] = [];
  const seconds = await secondsInFlight(WORKERS, jobs, async (job) => {
    const from = performance.now();
    const reply = await pay(agent, serving.port, job);
    took.push(performance.now() - from);
    if (!reply.includes('"state":"settled"')) throw new Error(`a payment is ${reply}`);
  });
  agent.destroy();
  await serving.stop();
  const perSecond = PAYMENTS / seconds;
  const bare = await bareCommitsPerSecond(database, WORKERS);
  const [half = Number.NaN, most = Number.NaN] = [0.5, 0.95].map((part) => took.toSorted((a, b) => a - b)[Math.floor(took.length * part)]);
  console.log(`bench settle payments_per_second=${Math.round(perSecond)} bare_commits_per_second=${Math.round(bare)} ratio=${(bare / perSecond).toFixed(2)} at_once=${WORKERS}`);
  console.log(`bench settle reply_ms_median=${half.toFixed(1)} reply_ms_95_percent=${most.toFixed(1)}`);
  const broken = checkInvariants(await server.store.audit());
  for (const { invariant, what } of broken) console.error(`${invariant}: ${what}`);
  process.exitCode = broken.length === 0 ? 0 : 1;
} finally {
  agent.destroy();
  await postgres.stop();
}
