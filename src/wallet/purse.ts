/**
 * The purse: loaded, topped up, renewed and closed with the server, which holds the money. The wallet makes the ids, so that the
 * same request asked twice is one purse and one top-up; a reply that is lost comes with the feed.
 */
import { newId } from '#base/ids.ts';
import { err, ok, type Result } from '#base/result.ts';
import type { ErrorCode } from '#protocol/errors.ts';
import { type CloseRequest, PurseReply, type PurseRequest, type TopUpRequest } from '#protocol/http-purses.ts';
import { LIMITS } from '#protocol/limits.ts';
import { parseAmount } from '#protocol/money.ts';
import { readMessage } from '#protocol/read-message.ts';
import { PURSE_ID_BYTES } from '#protocol/sizes.ts';
import type { LoadProof, PurseView, PurseWish } from './api-payer.ts';
import { capsHere, mayHold } from './caps-here.ts';
import { type Core, environment } from './core.ts';
import { shopper } from './shopper.ts';
import { spendableMinor } from './purse-head.ts';
import { keepPurse } from './purse-news.ts';
import { purseView } from './purse-views.ts';
import { heedTries, rememberPin } from './offline-user.ts';
import type { PurseRecord } from './records.ts';
import { askForResult, freshChallenge } from './session.ts';
import { decimalsOf } from './views.ts';
import { write } from './writer.ts';

type Loaded = Result<PurseRecord, ErrorCode>;
type Replied = Result<PurseReply, ErrorCode>;

/** As the ui asks: typed text in, a view out. */
export async function loadTyped(core: Core, wish: PurseWish, amountText: string, proof: LoadProof): Promise<Result<PurseView, ErrorCode>> {
  const payer = shopper(core);
  if (!payer.ok) return payer;
  const amount = parseAmount(amountText, decimalsOf(payer.value.ccy));
  return amount.ok ? shown(core, await loadPurse(core, wish, amount.value, proof)) : amount;
}

export async function closeShown(core: Core, purseId: string): Promise<Result<PurseView, ErrorCode>> {
  return shown(core, await closePurse(core, purseId));
}

function shown(core: Core, loaded: Loaded): Result<PurseView, ErrorCode> {
  return loaded.ok ? ok(purseView(loaded.value, capsHere(environment(core).keeping, loaded.value.ccy))) : loaded;
}

/** Opens a purse, or tops up the one there is. One that has ended here is closed at the server first: a device has one of a kind. */
export async function loadPurse(core: Core, wish: PurseWish, amountMinor: number, proof: LoadProof): Promise<Loaded> {
  const payer = shopper(core);
  if (!payer.ok) return payer;
  const { keeping } = environment(core);
  if (!mayHold(keeping)) return err('PURSE_NOT_HERE');
  const held = await core.ports.store.read((tx) => tx.purses.all());
  if (!held.ok) return held;
  const merchantId = wish.kind === 'tab' ? wish.merchantId : null;
  const same = held.value.filter((purse) => purse.merchantId === merchantId);
  const active = same.find((purse) => purse.state.kind === 'active') ?? null;
  if (amountMinor + (active === null ? 0 : spendableMinor(active)) > capsHere(keeping, payer.value.ccy).limMinor) return err('PURSE_LIMIT');
  for (const ended of same.filter((purse) => purse.state.kind === 'closing' || purse.state.kind === 'frozen')) {
    const closed = await closePurse(core, ended.id);
    if (!closed.ok && closed.error === 'OFFLINE') return closed;
  }
  const challenge = proof.challenge === null ? await freshChallenge(core) : ok(proof.challenge);
  if (!challenge.ok) return challenge;
  const proved = { user: proof.user, challenge: challenge.value };
  const done = await askOnce(core, `${merchantId} ${amountMinor}`, active, (id) =>
    active === null ? open(core, { purseId: id, limMinor: amountMinor, ...wish, ...proved }) : topUp(core, active.id, { topUpId: id, addMinor: amountMinor, ...proved }),
  );
  if (!done.ok) await heedTries(core, done);
  else if (proof.user.kind === 'pin') await rememberPin(core, proof.user.pin);
  return done;
}

/**
 * The same wish soon after no answer goes with the same id, and is one load. When the purse that it was to open has come meanwhile with
 * the feed, it is done. Later it is another wish: what came of the first can be seen by then.
 */
async function askOnce(core: Core, wish: string, active: PurseRecord | null, load: (id: string) => Promise<Replied>): Promise<Loaded> {
  const { loading } = core.memory;
  const last = loading.get(wish);
  const nowMs = core.ports.clock.monotonicMs();
  const tried = last !== undefined && nowMs - last.atMs < LIMITS.challengeMs ? last.id : undefined;
  if (tried !== undefined && tried.slice(0, 2 * PURSE_ID_BYTES) === active?.id) {
    loading.delete(wish);
    return ok(active);
  }
  const id = tried ?? newId(core.ports.random);
  loading.set(wish, { id, atMs: nowMs });
  const reply = await load(id);
  const done = reply.ok ? await kept(core, reply.value) : reply;
  // What the server has done and could not be kept here is asked for again, not done once more.
  if (done.ok || (!reply.ok && reply.error !== 'OFFLINE')) loading.delete(wish);
  return done;
}

type Opening = { readonly limMinor: number; readonly challenge: string; readonly purseId: string } & PurseWish & Pick<LoadProof, 'user'>;

function open(core: Core, { purseId, ...opening }: Opening): Promise<Replied> {
  return ask(core, '/v1/purses', { purseId: purseId.slice(0, 2 * PURSE_ID_BYTES), ...opening });
}

function topUp(core: Core, purseId: string, request: TopUpRequest): Promise<Replied> {
  return ask(core, `/v1/purses/${purseId}/top-ups`, request);
}

/** A later expiry, without the user. */
export async function refreshPurse(core: Core, purseId: string): Promise<Loaded> {
  const reply = await ask(core, `/v1/purses/${purseId}/refresh`, {});
  return reply.ok ? kept(core, reply.value) : reply;
}

/** This device signs no more with it, whatever comes of the request: the state is stored before the head is told. */
export async function closePurse(core: Core, purseId: string): Promise<Loaded> {
  const ended = await write(core, async (tx) => {
    const purse = await tx.purses.get(purseId);
    if (purse === undefined) return null;
    const closing: PurseRecord = purse.state.kind === 'active' ? { ...purse, state: { kind: 'closing', atMs: core.time.nowMs() } } : purse;
    await tx.purses.put(closing);
    return closing;
  });
  if (!ended.ok) return ended;
  if (ended.value === null) return err('NOT_FOUND');
  const { head } = ended.value;
  const request: CloseRequest = { headSeq: head?.seq ?? 0, headCum: head?.cumMinor ?? 0, headVid: head?.vid ?? null };
  const reply = await ask(core, `/v1/purses/${purseId}/close`, request);
  return reply.ok ? kept(core, reply.value) : reply;
}

async function ask(core: Core, path: string, request: PurseRequest | TopUpRequest | CloseRequest | Record<string, never>): Promise<Replied> {
  return askForResult(core, { method: 'POST', path, body: JSON.stringify(request), read: (json) => readMessage(PurseReply, json) });
}

function kept(core: Core, { purse, nowMs }: PurseReply): Promise<Loaded> {
  core.memory.feedDue = true;
  core.ring();
  return keepPurse(core, purse, nowMs);
}
