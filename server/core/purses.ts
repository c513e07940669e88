/**
 * Purses: money set aside for one device, and the certificates that say so (protocol.md 5.1). Each change has this shape:
 *
 *   known id? ─► the purse as it stands      else: the user proves ─► may it be? ─► sign a certificate ─► ONE transaction:
 *     lock the account and all its purses ─► may it still be? ─► money, row with certificate, the owner's feed
 *
 * A certificate is signed before the transaction that stores it: nothing slow is awaited under a lock, and one that is not
 * stored is thrown away. The user proves in a transaction of its own, so a purse that fails afterwards costs a new PIN and
 * nothing else.
 */
import { assert } from '#base/assert.ts';
import { toHex, utf8 } from '#base/bytes.ts';
import { err, ok, type Result } from '#base/result.ts';
import type { PurseView } from '#protocol/http-offline.ts';
import type { PurseRequest } from '#protocol/http-purses.ts';
import type { UserProof } from '#protocol/http.ts';
import { reserveAccount, shopperAccount } from '#protocol/ledger.ts';
import { LIMITS } from '#protocol/limits.ts';
import { pursePolicy } from '#protocol/purse-caps.ts';
import { purseLoadPostings } from '#protocol/purse-ledger.ts';
import { sha256 } from '#protocol/sha256.ts';
import { withUser, type ProofProblem } from './confirmations.ts';
import type { Caller, IdentityDeps } from './identity.ts';
import { lockedMinor, missing, withLocks, type Locked, type More } from './locks.ts';
import type { PurseRow } from './ports-offline.ts';
import type { LedgerAccount, Merchant, Party, PasskeyScene, Tx } from './ports.ts';
import { signPurse } from './purses-certificate.ts';
import { openingProblem, termsAt, type PurseProblem, type PurseTerms } from './purses-decision.ts';
import { stepUpFor, type StepUpDeps } from './purses-step-up.ts';
import { tellOwner, viewOf } from './purses-view.ts';
import { readSessionChallenge } from './sessions.ts';

export type PurseOutcome<E extends string = never> = Result<PurseView, PurseProblem | E>;
export type ProvedBy = { readonly user: UserProof; readonly challenge: string };
export type UserProblem = ProofProblem | 'CHALLENGE';

/** The challenge is used up with a proof that is good, so a mistyped PIN can be corrected. */
export async function proveUser(deps: IdentityDeps, caller: Caller, proof: ProvedBy, scene: PasskeyScene): Promise<Result<true, UserProblem>> {
  const challenge = readSessionChallenge(deps, proof.challenge);
  if (challenge === null) return err('CHALLENGE');
  const given = { proof: proof.user, scene, challenge: proof.challenge };
  return withUser(deps, caller.party.id, given, async (tx) =>
    (await tx.takeChallenge(challenge.hash, challenge.expiresAtMs)) ? ok(true as const) : err('CHALLENGE'),
  );
}

export type PurseDeps = Pick<IdentityDeps, 'clock' | 'issuer'> & StepUpDeps;
/** Whose, and what it is to be. */
export type Wanted = {
  readonly caller: Pick<Caller, 'party' | 'device'>;
  readonly id: string;
  readonly kind: PurseRow['kind'];
  readonly merchantId: string | null;
  readonly limMinor: number;
  /** Where its device's passkeys live. */
  readonly rpId: string;
};

export async function openPurse(deps: IdentityDeps & PurseDeps, caller: Caller, request: PurseRequest, scene: PasskeyScene): Promise<PurseOutcome<UserProblem | 'ID_REUSED'>> {
  const { purseId: id, kind, limMinor } = request;
  const wanted: Wanted = { caller, id, kind, merchantId: kind === 'tab' ? request.merchantId : null, limMinor, rpId: scene.rpId };
  const known = await deps.store.transaction((tx) => tx.purse(id));
  if (known !== null) return isSame(known, wanted) ? ok(await viewOf(deps.store, known)) : err('ID_REUSED');
  const proved = await proveUser(deps, caller, request, scene);
  return proved.ok ? issuePurse(deps, wanted) : proved;
}

function isSame(row: PurseRow, wanted: Wanted): boolean {
  return row.partyId === wanted.caller.party.id && row.fingerprint === fingerprintOf(wanted);
}

/** What makes two requests under one id the same purse: whose, of which device, for whom, how much. */
function fingerprintOf({ caller, kind, merchantId, limMinor }: Wanted): string {
  return toHex(sha256(utf8(['purse-v1', caller.party.id, caller.device.id, kind, merchantId ?? '', limMinor].join('\n'))));
}

/** After the user has proved. */
export async function issuePurse(deps: PurseDeps, wanted: Wanted): Promise<PurseOutcome<'ID_REUSED'>> {
  const nowMs = deps.clock.nowMs();
  // The purse's own account is locked, and so comes into being, only when there is to be a purse.
  const looked = await atAccount(deps, wanted, [], async (tx, facts) => {
    const problem = openingProblem({ ...facts, ...wanted, nowMs, deviceId: wanted.caller.device.id });
    return problem === null ? ok(await takeStatusIndex(tx)) : err(problem);
  });
  if (!looked.ok) return looked;
  const { party, device } = wanted.caller;
  const policy = pursePolicy(party.ccy);
  assert(policy !== null, 'a purse that may be opened has a policy');
  const stepUp = await stepUpFor(deps, { partyId: party.id, ccy: party.ccy, rpId: wanted.rpId });
  const terms = termsAt({ nowMs, policy, graceSeconds: deps.issuer.keys.graceSeconds, stepUp, limMinor: wanted.limMinor, headSeq: 0 });
  const holder = { id: wanted.id, merchantId: wanted.merchantId, ccy: party.ccy, statusIndex: looked.value, deviceKey: device.publicKey };
  const certificate = await signPurse(deps.issuer, nowMs, holder, terms, stepUp);
  const row = rowOf(wanted, terms, { certificate, statusIndex: looked.value, openedAtMs: nowMs });
  return atAccount(deps, wanted, [reserveAccount(wanted.id)], (tx, facts) => {
    const problem = openingProblem({ ...facts, ...wanted, nowMs, deviceId: device.id });
    return problem === null ? fund(tx, row, facts, nowMs) : Promise.resolve(err(problem));
  });
}

/** Given again after a million purses: long before that, the list has forgotten the one that had it. */
async function takeStatusIndex(tx: Tx): Promise<number> {
  return (await tx.takeNumber('purse-status-index')) % LIMITS.statusIndices;
}

function rowOf({ caller, id, kind, merchantId, ...rest }: Wanted, terms: PurseTerms, made: Pick<PurseRow, 'certificate' | 'statusIndex' | 'openedAtMs'>): PurseRow {
  const { party, device } = caller;
  const fingerprint = fingerprintOf({ caller, id, kind, merchantId, ...rest });
  const whose = { id, partyId: party.id, deviceId: device.id, kind, merchantId, ccy: party.ccy };
  return { ...whose, ...terms, ...made, fingerprint, state: 'active', revokedAtMs: null, declaredHead: null };
}

type AccountFacts = {
  readonly party: Party;
  readonly merchant: Merchant | null | undefined;
  readonly purses: readonly PurseRow[];
  readonly balanceMinor: number;
  readonly reservedMinor: number;
};

/** Under the locks of the account and of everything that it has set aside: no two purses of one account come into being at once. */
function atAccount<T extends object>(deps: PurseDeps, wanted: Wanted, others: readonly LedgerAccount[], work: (tx: Tx, facts: AccountFacts) => Promise<T>): Promise<T> {
  const { party } = wanted.caller;
  return withLocks(deps.store, party.ccy, [shopperAccount(party.id), ...others], async (tx, locked) => {
    const facts = await accountFacts(tx, locked, party.id, wanted.merchantId);
    return 'more' in facts ? facts : work(tx, facts);
  });
}

export async function accountFacts(tx: Tx, locked: Locked, partyId: string, merchantId: string | null): Promise<AccountFacts | More> {
  const purses = await tx.pursesOfParty(partyId);
  const more = missing(locked, purses.map((purse) => reserveAccount(purse.id)));
  if (more !== null) return more;
  const party = await tx.party(partyId);
  assert(party !== null, 'the party of a session exists');
  const merchant = merchantId === null ? undefined : await tx.merchant(merchantId);
  const reservedMinor = purses.reduce((sum, purse) => sum + lockedMinor(locked, reserveAccount(purse.id)), 0);
  return { party, merchant, purses, balanceMinor: lockedMinor(locked, shopperAccount(partyId)), reservedMinor };
}

async function fund(tx: Tx, row: PurseRow, facts: AccountFacts, nowMs: number): Promise<PurseOutcome<'ID_REUSED'>> {
  // Somebody else took this very id in between.
  if (!(await tx.insertPurse(row))) return err('ID_REUSED');
  const { id, partyId, limMinor, ccy } = row;
  await tx.post(purseLoadPostings({ loadId: id, purseId: id, ownerPartyId: partyId, amountMinor: limMinor, ccy, atMs: nowMs }));
  const balanceMinor = facts.balanceMinor - limMinor;
  return ok(await tellOwner(tx, { event: 'opened', row, reserveMinor: limMinor, amountMinor: limMinor, atMs: nowMs, balanceMinor }));
}
