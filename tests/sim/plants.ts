/**
 * Bugs that the simulator must find: each changes one thing at a seam, between a wallet and its disk or its network, or between
 * the server and its store. A simulator that runs clean with one of them planted looks at nothing. plants.test.ts.
 */
import type { FeedChange } from '#protocol/http.ts';
import type { Tx } from '#server/core/ports.ts';
import type { WalletTx } from '#wallet/ports.ts';
import type { Plant } from './stage.ts';

const DAY_MS = 86_400_000;

/** Every write transaction of the wallet sees these tables instead. */
function changedTx(change: (tx: WalletTx) => Partial<WalletTx>): Plant['wallet'] {
  return (store) => ({ ...store, write: (fence, work) => store.write(fence, (tx) => work({ ...tx, ...change(tx) })) });
}

function changedServerTx(change: (tx: Tx) => Partial<Tx>): Plant['server'] {
  return (store) => ({ ...store, transaction: (work) => store.transaction((tx) => work({ ...tx, ...change(tx) })) });
}

function calledGuaranteed(change: FeedChange): FeedChange {
  if (change.kind !== 'voucher' || change.outcome.verdict !== 'SETTLED') return change;
  return { ...change, outcome: { ...change.outcome, via: 'guarantee' } };
}

export const PLANTS = {
  'outbox lost': {
    what: 'a crash takes the newest row of the outbox with it',
    laws: ['L10', 'liveness'],
    wallet: (store, phone) => {
      phone.onCrash = () => {
        const rows = phone.disk.rows;
        const newest = [...rows.outbox.keys()].toSorted().at(-1);
        if (newest !== undefined) phone.disk.rows = { ...rows, outbox: new Map([...rows.outbox].filter(([id]) => id !== newest)) };
      };
      return store;
    },
  },
  'green before commit': {
    what: 'a payment is told as stored a moment before it is on disk',
    laws: ['W2'],
    wallet: (store, phone) => ({
      ...store,
      async write(fence, work) {
        const before = phone.disk.rows;
        const done = await store.write(fence, work);
        const after = phone.disk.rows;
        if (after.outbox.size <= before.outbox.size) return done;
        phone.disk.rows = before;
        phone.stage.timeline.after(2, () => {
          if (phone.disk.rows === before) phone.disk.rows = after;
        });
        return done;
      },
    }),
  },
  'head left behind': {
    what: 'a voucher is stored, and the head of its purse is not',
    laws: ['W1'],
    wallet: changedTx((tx) => ({
      purses: {
        ...tx.purses,
        async put(row) {
          const stored = await tx.purses.get(row.id);
          await tx.purses.put(stored === undefined ? row : { ...row, head: stored.head });
        },
      },
    })),
  },
  'no answer is a no': {
    what: 'an item that got no answer is not sent again',
    laws: ['L10', 'liveness'],
    wallet: changedTx((tx) => ({ outbox: { ...tx.outbox, put: (row) => (row.attempts > 0 ? tx.outbox.delete(row.id) : tx.outbox.put(row)) } })),
  },
  'verdict without row': {
    what: 'a payment is posted, and its verdict is not stored',
    laws: ['I5'],
    server: changedServerTx(() => ({ insertPayment: async () => true })),
  },
  'charge paid twice': {
    what: 'the server forgets which charges are paid',
    laws: ['I5', 'no request breaks the server'],
    server: changedServerTx(() => ({ paymentBySale: async () => null, invoicePaidBy: async () => null, insertPaidInvoice: async () => undefined })),
  },
  'same number only': {
    what: 'the server sees a second history only where it has the same number twice',
    laws: ['G4', 'liveness'],
    server: changedServerTx((tx) => ({ neighbours: async (purseId, seq) => (await tx.neighbours(purseId, seq)).filter((row) => row.seq === seq) })),
  },
  'early release': {
    what: 'a purse is released when its certificate ends, and not at its claim deadline',
    laws: ['I7'],
    server: changedServerTx((tx) => ({
      duePurses: (nowMs, ...page) => tx.duePurses(nowMs + 4 * DAY_MS, ...page),
      async purse(id) {
        const row = await tx.purse(id);
        return row === null ? null : { ...row, claimDeadlineMs: row.claimDeadlineMs - 4 * DAY_MS };
      },
    })),
  },
  'feed skips': {
    what: 'each seventh change is left out of the feed',
    laws: ['L9', 'liveness'],
    server: (store) => ({
      ...store,
      async feed(...asked) {
        const page = await store.feed(...asked);
        return { ...page, changes: page.changes.filter((change: FeedChange) => change.seq % 7 !== 0) };
      },
    }),
  },
  'till forgets what waits': {
    what: 'a till that takes a voucher does not count those that it took before',
    laws: ['L13'],
    wallet: changedTx((tx) => ({ claims: { ...tx.claims, waiting: async () => [] } })),
  },
  'refund rewrites': {
    what: 'a refund gives the verdict of its voucher a new time',
    laws: ['L7'],
    server: changedServerTx((tx) => ({
      putVoucher: (row) => tx.putVoucher(row.refundedMinor === 0 ? row : { ...row, verdict: { ...row.verdict, atMs: row.verdict.atMs + 1 } }),
    })),
  },
  'journal trimmed': {
    what: 'the journal keeps its newest rows only',
    laws: ['L11'],
    server: (store) => ({
      ...store,
      async audit() {
        const all = await store.audit();
        return { ...all, postings: all.postings.slice(-10) };
      },
    }),
  },
  'neighbours misread': {
    what: 'the server reads a stored voucher as one cent further than it is, and takes its payer for a cheat',
    laws: ['G3'],
    server: changedServerTx((tx) => ({ neighbours: async (purseId, seq) => (await tx.neighbours(purseId, seq)).map((row) => ({ ...row, cumMinor: row.cumMinor + 1 })) })),
  },
  'refund without note': {
    what: 'a refund is carried out, and its note is not stored',
    laws: ['I9'],
    server: changedServerTx((tx) => ({ insertNote: async (row) => (row.kind === 'refund' ? undefined : tx.insertNote(row)) })),
  },
  'two verdicts': {
    what: 'the feed says that the guarantee paid what the server said that the reserve paid',
    laws: ['no wallet is contradicted'],
    server: (store) => ({
      ...store,
      async feed(...asked) {
        const page = await store.feed(...asked);
        return { ...page, changes: page.changes.map(calledGuaranteed) };
      },
    }),
  },
} as const satisfies Record<string, Plant>;

export type PlantName = keyof typeof PLANTS;
