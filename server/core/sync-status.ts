/**
 * The status list: which purses are revoked, for tills with no network (protocol.md 5.6). A new one is signed when something was
 * revoked since the last, by whoever asks first. Its seq is taken under a lock and its content is read after that, so a list
 * with a higher seq never knows less than one with a lower, but for what the operator took back. It is no less than the time in seconds:
 * a server that was restored from a backup would else count anew, and tills would keep the lists that they have.
 */
import { toBase64Url } from '#base/bytes.ts';
import type { Log } from '#base/log.ts';
import { signStatusList, statusBits, type Packing } from '#protocol/status-list.ts';
import type { IdentityDeps } from './identity.ts';
import type { StatusListRow } from './ports-offline.ts';
import { StoreUnavailable, type Tx } from './ports.ts';
import { REVOCATIONS } from './proofs.ts';
import { thrownFacts } from './thrown.ts';

export type StatusDeps = Pick<IdentityDeps, 'store' | 'clock' | 'issuer'> & { readonly packing: Packing };

const URI = 'urn:chit:purses';
/** A certificate may still be shown this long after its purse's claim deadline, to a till whose clock is slow. */
const SHOWN_AFTER_MS = 7 * 86_400_000;

/**
 * The newest list, for who has `heldSeq` and older ones. Where it cannot be made, the sync goes on, because its items are committed, and
 * the last one that was made is given even to who has it: who is given none takes his own for the newest, and would not let it age.
 */
export async function statusListFor(deps: StatusDeps & { readonly log: Log }, heldSeq: number): Promise<string | null> {
  try {
    const { seq, list } = await newestStatusList(deps);
    return seq > heldSeq ? list : null;
  } catch (thrown) {
    if (thrown instanceof StoreUnavailable) throw thrown;
    deps.log.error('sync.status', thrownFacts(thrown));
    return (await deps.store.transaction((tx) => tx.statusList('newest')))?.list ?? null;
  }
}

export async function newestStatusList(deps: StatusDeps): Promise<StatusListRow> {
  const seen = await deps.store.transaction(async (tx) => ({ newest: await tx.statusList('newest'), revocations: await tx.numbersTaken(REVOCATIONS) }));
  if (seen.newest !== null && seen.newest.revocations >= seen.revocations) return seen.newest;
  const made = await sign(deps, await deps.store.transaction((tx) => content(tx, deps.clock.nowMs())));
  return deps.store.transaction(async (tx) => {
    if (await tx.insertStatusList(made)) return made;
    // Somebody else was quicker with a newer one.
    return (await tx.statusList('newest')) ?? made;
  });
}

type Content = Omit<StatusListRow, 'list'> & { readonly revoked: readonly number[] };

async function content(tx: Tx, atMs: number): Promise<Content> {
  const seq = await tx.takeNumber('status-list-seq', Math.floor(atMs / 1_000));
  const revocations = await tx.numbersTaken(REVOCATIONS);
  const revoked = await tx.revokedIndexes(atMs - SHOWN_AFTER_MS);
  return { seq, atMs, revocations, revoked };
}

/** It ends with the last revoked index: what is beyond is not revoked. */
async function sign({ issuer, packing }: StatusDeps, { revoked, ...row }: Content): Promise<StatusListRow> {
  const signer = issuer.signer('status');
  const size = (revoked.at(-1) ?? -1) + 1;
  const fields = { kid: signer.kid, seq: row.seq, iatSeconds: Math.floor(row.atMs / 1_000), uri: URI, bits: statusBits(size, revoked) };
  return { ...row, list: toBase64Url(await signStatusList(fields, (message) => signer.sign(message), packing)) };
}
