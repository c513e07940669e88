/**
 * What becomes of a purse that exists: top-up, refresh, close. A renewal signs over what it read and commits only if that still
 * stands under the locks; if not, it begins again. Earlier certificates stay good with their own, lower numbers.
 */
import { assert } from '#base/assert.ts';
import { err, ok, type Result } from '#base/result.ts';
import type { CloseRequest, TopUpRequest } from '#protocol/http-purses.ts';
import { reserveAccount, shopperAccount } from '#protocol/ledger.ts';
import { pursePolicy } from '#protocol/purse-caps.ts';
import { purseLoadPostings } from '#protocol/purse-ledger.ts';
import { transitionPurse } from '#protocol/purse-state.ts';
import type { Caller, IdentityDeps } from './identity.ts';
import { lockedMinor, withLocks } from './locks.ts';
import type { PurseRow, TopUpRow } from './ports-offline.ts';
import type { Party, PasskeyScene, Tx } from './ports.ts';
import { signPurse } from './purses-certificate.ts';
import { isFresh, renewalProblem, renewedTerms, termsAt, topUpProblem, type PurseProblem, type PurseTerms } from './purses-decision.ts';
import { stepUpFor, stepUpOf, type StepUpTerms } from './purses-step-up.ts';
import { accountFacts, proveUser, type PurseDeps, type PurseOutcome, type UserProblem } from './purses.ts';
import { purseView, stateOf, tellOwner, viewOf } from './purses-view.ts';

/** A purse that changes between every look and its commit is being renewed by a machine. */
const TRIES = 5;

type PurseCaller = Pick<Caller, 'party' | 'device'>;
type Renewal = { readonly addMinor: number; readonly topUpId: string | null };
export const REFRESH: Renewal = { addMinor: 0, topUpId: null };
type RenewalFacts = {
  readonly party: Party;
  readonly purse: PurseRow;
  readonly headSeq: number;
  readonly balanceMinor: number;
  readonly reserveMinor: number;
  readonly reservedMinor: number;
};

export async function topUpPurse(
  deps: IdentityDeps & PurseDeps,
  caller: Caller,
  purseId: string,
  request: TopUpRequest,
  scene: PasskeyScene,
): Promise<PurseOutcome<UserProblem | 'ID_REUSED' | 'NOT_FOUND'>> {
  const { topUpId, addMinor } = request;
  const purse = await ownPurse(deps, caller, purseId);
  if (purse === null) return err('NOT_FOUND');
  const renewal = { addMinor, topUpId };
  const first = await deps.store.transaction((tx) => firstOf(tx, renewal));
  if (first !== null) return isSame(first, purse, renewal) ? ok(await viewOf(deps.store, purse)) : err('ID_REUSED');
  const proved = await proveUser(deps, caller, request, scene);
  return proved.ok ? renewPurse(deps, purse, holderOf(caller, scene), renewal) : proved;
}

export async function refreshPurse(deps: PurseDeps, caller: Caller, purseId: string, scene: PasskeyScene): Promise<PurseOutcome<'ID_REUSED' | 'NOT_FOUND'>> {
  const purse = await ownPurse(deps, caller, purseId);
  return purse === null ? err('NOT_FOUND') : renewPurse(deps, purse, holderOf(caller, scene), REFRESH);
}

/** Who spends the purse, and where its passkeys live. */
export type Holder = { readonly deviceKey: string; readonly rpId: string };

function holderOf({ device }: Caller, { rpId }: PasskeyScene): Holder {
  return { deviceKey: device.publicKey, rpId };
}

/** Only the device that spends it renews and closes a purse: nobody else knows what it has signed. */
async function ownPurse(deps: PurseDeps, caller: PurseCaller, purseId: string): Promise<PurseRow | null> {
  const purse = await deps.store.transaction((tx) => tx.purse(purseId));
  return purse?.partyId === caller.party.id && purse.deviceId === caller.device.id ? purse : null;
}

/** After the user has proved; a refresh needs no proof. */
export async function renewPurse(deps: PurseDeps, purse: PurseRow, { deviceKey, rpId }: Holder, renewal: Renewal): Promise<PurseOutcome<'ID_REUSED'>> {
  for (let tried = 0; tried < TRIES; tried++) {
    const nowMs = deps.clock.nowMs();
    const { facts, first } = await atPurse(deps, purse, async (tx, read) => ({ facts: read, first: await firstOf(tx, renewal) }));
    if (first !== null) return isSame(first, facts.purse, renewal) ? ok(await viewOf(deps.store, facts.purse)) : err('ID_REUSED');
    const problem = problemOf(facts, renewal, nowMs);
    if (problem !== null) return err(problem);
    const stepUp = await stepUpFor(deps, { ...purse, rpId });
    const terms = termsOf(deps, facts, { ...renewal, stepUp, nowMs });
    if (renewal.topUpId === null && isFresh(facts.purse, terms, stepUpOf(facts.purse.certificate), stepUp)) return ok(await viewOf(deps.store, facts.purse));
    const certificate = await signPurse(deps.issuer, nowMs, { ...facts.purse, deviceKey }, terms, stepUp);
    const made = { ...terms, certificate };
    const done = await atPurse(deps, purse, (tx, now) => commit(tx, { made, signedOver: facts, now, renewal, nowMs }));
    if (done.ok || done.error !== 'CHANGED') return done as PurseOutcome;
  }
  throw new Error('a purse that is renewed all the time');
}

/** The same top-up was committed in the meantime. */
async function firstOf(tx: Tx, { topUpId }: Renewal): Promise<TopUpRow | null> {
  return topUpId === null ? null : tx.topUp(topUpId);
}

function isSame(first: TopUpRow, purse: PurseRow, { addMinor }: Renewal): boolean {
  return first.purseId === purse.id && first.addMinor === addMinor;
}

function problemOf(facts: RenewalFacts, { addMinor, topUpId }: Renewal, nowMs: number): PurseProblem | null {
  return topUpId === null ? renewalProblem({ ...facts, nowMs }) : topUpProblem({ ...facts, nowMs, addMinor });
}

type Now = { readonly addMinor: number; readonly stepUp: StepUpTerms; readonly nowMs: number };

function termsOf({ issuer }: PurseDeps, { purse, headSeq }: RenewalFacts, { addMinor, stepUp, nowMs }: Now): PurseTerms {
  const policy = pursePolicy(purse.ccy);
  assert(policy !== null, 'a purse that exists has a policy');
  const { graceSeconds } = issuer.keys;
  return renewedTerms(purse, termsAt({ nowMs, policy, graceSeconds, stepUp, limMinor: purse.limMinor + addMinor, headSeq }));
}

type Made = PurseTerms & Pick<PurseRow, 'certificate'>;
type Commit = { readonly made: Made; readonly signedOver: RenewalFacts; readonly now: RenewalFacts; readonly renewal: Renewal; readonly nowMs: number };

/** Over the row as it is now: while the certificate was signed, an operator may have set the purse's bit. */
async function commit(tx: Tx, { made, signedOver, now, renewal, nowMs }: Commit): Promise<PurseOutcome<'CHANGED'>> {
  if (now.purse.certificate !== signedOver.purse.certificate || now.purse.state !== signedOver.purse.state) return err('CHANGED');
  const problem = problemOf(now, renewal, nowMs);
  if (problem !== null) return err(problem);
  const { addMinor, topUpId } = renewal;
  const row: PurseRow = { ...now.purse, ...made };
  const { id, partyId, ccy } = row;
  if (topUpId !== null) {
    if (!(await tx.insertTopUp({ id: topUpId, purseId: id, addMinor }))) return err('CHANGED');
    await tx.post(purseLoadPostings({ loadId: topUpId, purseId: id, ownerPartyId: partyId, amountMinor: addMinor, ccy, atMs: nowMs }));
  }
  await tx.putPurse(row);
  const event = topUpId === null ? 'refreshed' : 'topped-up';
  const money = { reserveMinor: now.reserveMinor + addMinor, amountMinor: addMinor, balanceMinor: now.balanceMinor - addMinor };
  return ok(await tellOwner(tx, { event, row, ...money, atMs: nowMs }));
}

function atPurse<T extends object>(deps: PurseDeps, purse: PurseRow, work: (tx: Tx, facts: RenewalFacts) => Promise<T>): Promise<T> {
  const accounts = [shopperAccount(purse.partyId), reserveAccount(purse.id)];
  return withLocks(deps.store, purse.ccy, accounts, async (tx, locked) => {
    const account = await accountFacts(tx, locked, purse.partyId, null);
    if ('more' in account) return account;
    const row = await tx.purse(purse.id);
    assert(row !== null, 'a purse stays');
    const headSeq = (await tx.headOfPurse(purse.id))?.seq ?? 0;
    return work(tx, { ...account, purse: row, headSeq, reserveMinor: lockedMinor(locked, reserveAccount(purse.id)) });
  });
}

/** Stops renewals. The rest stays where it is until the claim deadline: a payer may be hiding vouchers (protocol.md 5.1). */
export async function closePurse(deps: PurseDeps, caller: PurseCaller, purseId: string, head: CloseRequest): Promise<Result<ReturnType<typeof purseView>, 'NOT_FOUND'>> {
  const purse = await ownPurse(deps, caller, purseId);
  if (purse === null) return err('NOT_FOUND');
  const nowMs = deps.clock.nowMs();
  return atPurse(deps, purse, async (tx, { purse: now, reserveMinor, balanceMinor }) => {
    const move = transitionPurse(stateOf(now), { kind: 'closed', atMs: nowMs });
    if (move.kind !== 'moved') return ok(purseView(now, reserveMinor, await tx.headOfPurse(now.id)));
    const row: PurseRow = { ...now, state: 'closing', declaredHead: JSON.stringify(head) };
    await tx.putPurse(row);
    return ok(await tellOwner(tx, { event: 'closing', row, reserveMinor, amountMinor: 0, atMs: nowMs, balanceMinor }));
  });
}
