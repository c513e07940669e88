/** What the sync loop does next, as data. */
import { describe, expect, it } from 'vitest';
import { LIMITS } from '#protocol/limits.ts';
import { backoffMs } from '#wallet/backoff.ts';
import { isReserved } from '#wallet/outbox.ts';
import { nextTask, type SyncView } from '#wallet/sync-plan.ts';
import { seededRandom } from '../fixtures/given.ts';
import { outboxRow, saleRow, T0 } from '../fixtures/wallet-rows.ts';

const RENEW_BEFORE_MS = 45_000;
const TTL_MS = LIMITS.invoiceTtlSeconds * 1_000;
const GRACE_MS = LIMITS.invoiceGraceSeconds * 1_000;

function view(over: Partial<SyncView> = {}): SyncView {
  return { outbox: [], openSales: [], sessionNeeded: false, feedDue: false, factsDue: false, listsDueAtMs: null, askAgainAtMs: 0, inVain: null, nowMs: T0, serverNowMs: T0, renewBeforeMs: RENEW_BEFORE_MS, ...over };
}

describe('the next task', () => {
  it('is to wait for a bell when there is nothing', () => {
    expect(nextTask(view())).toEqual({ kind: 'wait', delayMs: null });
  });

  it('is the oldest request that is due', () => {
    const [later, first, second] = [outboxRow(1, { nextAttemptAtMs: T0 + 1 }), outboxRow(2), outboxRow(3)];
    expect(nextTask(view({ outbox: [later, first, second] }))).toEqual({ kind: 'deliver', row: first });
  });

  it('is a request that waits longer than any does: the clock was put back', () => {
    const stored = outboxRow(1, { nextAttemptAtMs: T0 + LIMITS.probeTimeoutMs + 1 });
    const retried = outboxRow(2, { attempts: 3, nextAttemptAtMs: T0 + LIMITS.retryMaxMs + 1 });
    for (const row of [stored, retried]) expect(nextTask(view({ outbox: [row] }))).toEqual({ kind: 'deliver', row });
    expect(isReserved(stored, T0)).toBe(false);
    const waiting = [outboxRow(3, { nextAttemptAtMs: T0 + LIMITS.probeTimeoutMs }), outboxRow(4, { attempts: 3, nextAttemptAtMs: T0 + LIMITS.retryMaxMs })];
    expect(nextTask(view({ outbox: waiting }))).toEqual({ kind: 'wait', delayMs: LIMITS.probeTimeoutMs });
    expect(isReserved(waiting[0] ?? stored, T0)).toBe(true);
  });

  it('passes over a request that was set aside', () => {
    expect(nextTask(view({ outbox: [outboxRow(1, { poison: 'BAD_REQUEST' }), outboxRow(2)] }))).toMatchObject({ kind: 'deliver', row: { id: outboxRow(2).id } });
    expect(nextTask(view({ outbox: [outboxRow(1, { poison: 'BAD_REQUEST' })] }))).toEqual({ kind: 'wait', delayMs: null });
  });

  it('is to wait until the first request is due', () => {
    expect(nextTask(view({ outbox: [outboxRow(1, { nextAttemptAtMs: T0 + 700 }), outboxRow(2, { nextAttemptAtMs: T0 + 300 })] }))).toEqual({ kind: 'wait', delayMs: 300 });
  });

  it('is a session before anything is sent, and nothing is sent while the session has to wait', () => {
    const waiting = view({ sessionNeeded: true, outbox: [outboxRow(1)] });
    expect(nextTask(waiting)).toEqual({ kind: 'open-session' });
    expect(nextTask({ ...waiting, askAgainAtMs: T0 + 90 })).toEqual({ kind: 'wait', delayMs: 90 });
  });

  it('is the quick look before money is sent, and news after it', () => {
    const all = view({ factsDue: true, feedDue: true, outbox: [outboxRow(1)] });
    expect(nextTask(all).kind).toBe('learn-facts');
    expect(nextTask({ ...all, factsDue: false }).kind).toBe('deliver');
    expect(nextTask({ ...all, factsDue: false, outbox: [] }).kind).toBe('pull-feed');
  });

  it('sends money though the last look was in vain', () => {
    expect(nextTask(view({ factsDue: true, feedDue: true, askAgainAtMs: T0 + 50, outbox: [outboxRow(1)] })).kind).toBe('deliver');
    expect(nextTask(view({ feedDue: true, askAgainAtMs: T0 + 50 }))).toEqual({ kind: 'wait', delayMs: 50 });
  });

  it('is what was not asked for in vain a moment ago, and one question in all while the wait lasts', () => {
    const all = view({ factsDue: true, feedDue: true, listsDueAtMs: T0 });
    expect(nextTask({ ...all, inVain: 'learn-facts' }).kind).toBe('pull-feed');
    expect(nextTask({ ...all, inVain: 'sync-lists' }).kind).toBe('learn-facts');
    expect(nextTask({ ...all, factsDue: false, inVain: 'sync-lists' }).kind).toBe('pull-feed');
    expect(nextTask({ ...all, factsDue: false, inVain: 'pull-feed' }).kind).toBe('sync-lists');
    expect(nextTask(view({ factsDue: true, inVain: 'learn-facts' })).kind).toBe('learn-facts');
    expect(nextTask({ ...all, inVain: 'learn-facts', askAgainAtMs: T0 + 70 })).toEqual({ kind: 'wait', delayMs: 70 });
  });
});

describe('a code on the till', () => {
  const sale = saleRow(0);
  const at = (serverNowMs: number, openSales = [sale]) => nextTask(view({ openSales, serverNowMs }));

  it('is renewed a while before it runs out, and not before', () => {
    expect(at(T0 + TTL_MS - RENEW_BEFORE_MS - 1)).toEqual({ kind: 'wait', delayMs: 1 });
    expect(at(T0 + TTL_MS - RENEW_BEFORE_MS)).toEqual({ kind: 'renew-code', sale });
  });

  it('is over when its last second and the grace have passed', () => {
    expect(at(T0 + TTL_MS + GRACE_MS).kind).toBe('renew-code');
    expect(at(T0 + TTL_MS + GRACE_MS + 1)).toEqual({ kind: 'expire-sale', sale });
  });

  it('is not renewed for longer than a sale may last', () => {
    const createdAtMs = T0 - LIMITS.invoiceTtlMaxSeconds * 1_000;
    const old = saleRow(0, { createdAtMs, invoices: [{ hash: sale.id, bytes: '', expiresAtMs: T0 + 10_000 }] });
    expect(at(T0, [old])).toEqual({ kind: 'wait', delayMs: 10_000 + GRACE_MS + 1 });
  });

  it('goes by the newest code of the sale', () => {
    const renewed = { ...sale, invoices: [...sale.invoices, { hash: sale.id, bytes: '', expiresAtMs: T0 + 2 * TTL_MS }] };
    expect(at(T0 + TTL_MS + GRACE_MS + 1, [renewed]).kind).toBe('wait');
  });
});

describe('back-off', () => {
  it('is jittered over the whole range, doubles, and has an end', () => {
    const random = seededRandom(3);
    for (const attempts of [0, 1, 5, 50, 5_000]) {
      const ceilingMs = Math.min(LIMITS.retryMaxMs, LIMITS.retryMinMs * 2 ** Math.min(attempts, 20));
      const waits = Array.from({ length: 400 }, () => backoffMs(attempts, random));
      expect(Math.min(...waits)).toBeGreaterThanOrEqual(0);
      expect(Math.max(...waits)).toBeLessThanOrEqual(ceilingMs);
      expect(Math.min(...waits)).toBeLessThan(ceilingMs * 0.1);
      expect(Math.max(...waits)).toBeGreaterThan(ceilingMs * 0.9);
    }
  });

  it('case 61: five hundred devices that lost the server together do not come back together', () => {
    const random = seededRandom(61);
    const devices = 500;
    const perSecond = new Map<number, number>();
    for (let device = 0; device < devices; device++) {
      let atMs = 0;
      // The server is away for five minutes; who fails goes on to the next wait.
      for (let attempts = 0; atMs < LIMITS.retryMaxMs; attempts++) atMs += backoffMs(attempts, random);
      const second = Math.floor(atMs / 1_000);
      perSecond.set(second, (perSecond.get(second) ?? 0) + 1);
    }
    expect(Math.max(...perSecond.values())).toBeLessThan(devices / 40);
    expect(Math.max(...perSecond.keys())).toBeLessThanOrEqual((2 * LIMITS.retryMaxMs) / 1_000);
  });
});
