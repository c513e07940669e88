/**
 * What the operator's people decide, and no rule does: unfreezing, held claims, appeals, what was lost or forgotten. Each order is carried out
 * once, in one transaction with the row that says who gave it and when, so that there is no deed without a name. It undoes no
 * verdict that is final, and no proof.
 */
import { err, ok, type Result } from '#base/result.ts';
import type { Clock } from '#base/clock.ts';
import { reserveAccount, shopperAccount } from '#protocol/ledger.ts';
import { LIMITS } from '#protocol/limits.ts';
import { atHeld, isHeld, letGo, refuse } from './held.ts';
import { openEnrolment } from './enrolment.ts';
import { moneyOf } from './identity.ts';
import type { OperatorOrder, PurseRow } from './ports-offline.ts';
import type { Store, Tx } from './ports.ts';
import { REVOCATIONS } from './proofs.ts';
import { revoke } from './sessions.ts';

export type OperatorDeps = { readonly store: Store; readonly clock: Clock };
/** By whom, and what they have to say about it. */
export type Given = { readonly by: string; readonly note: string };
export type OrderProblem = 'NOT_FOUND' | 'NOT_FROZEN' | 'NOT_HELD' | 'ANSWERED' | 'RELEASED' | 'REVOKED' | 'NOT_REVOKED' | 'PROVED' | 'DEVICE_GONE' | 'NO_PIN' | 'ENDED';
export type Ordered = Promise<Result<true, OrderProblem>>;

/** The account may pay and open purses again. A purse that was spent twice stays closed, and its proof stays. */
export async function unfreezeAccount({ store, clock }: OperatorDeps, given: Given, partyId: string): Ordered {
  return store.transaction(async (tx): Ordered => {
    const seen = await tx.party(partyId);
    if (seen === null) return err('NOT_FOUND');
    await tx.lockBalances([shopperAccount(partyId)], seen.ccy);
    if ((await tx.party(partyId))?.status !== 'frozen') return err('NOT_FROZEN');
    await tx.unfreezeParty(partyId);
    return log(tx, given, { kind: 'unfreeze', subject: partyId, atMs: clock.nowMs() });
  });
}

export async function decideHeld({ store, clock }: OperatorDeps, given: Given, vid: string, decision: 'release' | 'refuse'): Ordered {
  const seen = await store.transaction((tx) => tx.voucher(vid));
  if (seen === null) return err('NOT_FOUND');
  return atHeld(store, seen, async (tx, book, row): Ordered => {
    if (!isHeld(row)) return err('NOT_HELD');
    const atMs = clock.nowMs();
    await (decision === 'release' ? letGo(tx, book, row, atMs) : refuse(tx, book, row, atMs));
    return log(tx, given, { kind: decision, subject: vid, atMs });
  });
}

/** The answer stands in the feed of who appealed, under the appeal's own id. */
export async function answerAppeal({ store, clock }: OperatorDeps, { by, note: answer }: Given, appealId: string): Ordered {
  return store.transaction(async (tx): Ordered => {
    const seen = await tx.appeal(appealId);
    const party = seen === null ? null : await tx.party(seen.partyId);
    if (party === null) return err('NOT_FOUND');
    const account = moneyOf(party, await tx.merchantOfParty(party.id));
    const balanceMinor = (await tx.lockBalances([account], party.ccy)).get(account) ?? 0;
    const appeal = await tx.appeal(appealId);
    if (appeal === null || appeal.answer !== null) return err('ANSWERED');
    const atMs = clock.nowMs();
    await tx.answerAppeal(appealId, answer, atMs);
    await tx.appendFeed(party.id, (seq) => ({ kind: 'appeal', seq, appealId, subject: appeal.subject, state: 'answered', answer, atMs, balanceMinor }));
    return log(tx, { by, note: answer }, { kind: 'answer', subject: appealId, atMs });
  });
}

/** A lost phone: tills refuse its purse from their next sync on. Nothing else changes, so that a found one can go on. */
export async function revokePurse(deps: OperatorDeps, given: Given, purseId: string): Ordered {
  return changeBit(deps, given, { purseId, kind: 'revoke' }, async (_, { state, revokedAtMs }) => {
    if (state === 'released') return 'RELEASED';
    return revokedAtMs === null ? null : 'REVOKED';
  });
}

/** Not where a proof or a device that is gone set the bit: that is no mistake of anybody's. */
export async function restorePurse(deps: OperatorDeps, given: Given, purseId: string): Ordered {
  return changeBit(deps, given, { purseId, kind: 'restore' }, async (tx, { id, revokedAtMs, deviceId }) => {
    if (revokedAtMs === null) return 'NOT_REVOKED';
    if ((await tx.proof(id)) !== null) return 'PROVED';
    return (await tx.device(deviceId))?.revokedAtMs === null ? null : 'DEVICE_GONE';
  });
}

type BitOrder = { readonly purseId: string; readonly kind: 'revoke' | 'restore' };

async function changeBit({ store, clock }: OperatorDeps, given: Given, { purseId, kind }: BitOrder, problemOf: (tx: Tx, purse: PurseRow) => Promise<OrderProblem | null>): Ordered {
  return store.transaction(async (tx): Ordered => {
    const seen = await tx.purse(purseId);
    if (seen === null) return err('NOT_FOUND');
    await tx.lockBalances([reserveAccount(purseId)], seen.ccy);
    const purse = (await tx.purse(purseId)) ?? seen;
    const problem = await problemOf(tx, purse);
    if (problem !== null) return err(problem);
    const atMs = clock.nowMs();
    await tx.putPurse({ ...purse, revokedAtMs: kind === 'revoke' ? atMs : null });
    await tx.takeNumber(REVOCATIONS);
    return log(tx, given, { kind, subject: purseId, atMs });
  });
}

/**
 * A forgotten PIN: the account has none, and whoever is signed in to it chooses the next. So look first at who asks. Its count of
 * wrong tries goes with it.
 */
export async function resetPin({ store, clock }: OperatorDeps, given: Given, partyId: string): Ordered {
  return store.transaction(async (tx): Ordered => {
    if ((await tx.party(partyId)) === null) return err('NOT_FOUND');
    if ((await tx.pin(partyId)) === null) return err('NO_PIN');
    await tx.deletePin(partyId);
    return log(tx, given, { kind: 'reset-pin', subject: partyId, atMs: clock.nowMs() });
  });
}

/** A stolen till, or one device too many: as if it had signed out. For good, because it ends its purses too. */
export async function endDevice({ store, clock }: OperatorDeps, given: Given, deviceId: string): Ordered {
  return store.transaction(async (tx): Ordered => {
    const seen = await tx.device(deviceId);
    if (seen === null) return err('NOT_FOUND');
    const live = (await tx.liveDevicesOfParty(seen.partyId)).find(({ id }) => id === deviceId);
    if (live === undefined) return err('ENDED');
    await revoke(tx, { clock }, live);
    return log(tx, given, { kind: 'end', subject: deviceId, atMs: clock.nowMs() });
  });
}

/** One more device for an account: its first is gone, or a shop gets another till. Whoever has the code is in the account. */
export async function enrolDevice({ store, clock }: OperatorDeps, given: Given, partyId: string, code: string): Ordered {
  return store.transaction(async (tx): Ordered => {
    if ((await tx.party(partyId)) === null) return err('NOT_FOUND');
    const atMs = clock.nowMs();
    await openEnrolment(tx, code, partyId, atMs + LIMITS.enrolmentMs);
    return log(tx, given, { kind: 'enrol', subject: partyId, atMs });
  });
}

/** After all else, feeds too: the number is locked until the end, and two orders in another order would wait for each other. */
async function log(tx: Tx, { by, note }: Given, order: Pick<OperatorOrder, 'kind' | 'subject' | 'atMs'>): Ordered {
  const seq = (await tx.takeNumber('operator-order')) + 1;
  await tx.insertOperatorOrder({ ...order, seq, by, note });
  return ok(true);
}
