/**
 * What the server says of purses, written where it belongs: in a reply, in the feed, in /v1/me. A store that was set back is found
 * here: the server has seen more vouchers of a purse than its head knows, so the purse signs no more.
 */
import { err, ok, type Result } from '#base/result.ts';
import type { ErrorCode } from '#protocol/errors.ts';
import type { MeReply } from '#protocol/http.ts';
import type { PurseView } from '#protocol/http-offline.ts';
import type { Core } from './core.ts';
import { load, later } from './later.ts';
import type { WalletTx } from './ports.ts';
import { purseAfter, type Told } from './purse-head.ts';
import type { PurseRecord } from './records.ts';
import { write } from './writer.ts';

const purseGenuinePart = later(() => import('./purse-genuine.ts'));

/** Null: nothing of it is kept. */
export async function filePurse(tx: WalletTx, view: PurseView, told: Told): Promise<PurseRecord | null> {
  const local = await tx.purses.get(view.id);
  // Of what this device signed itself: what it forgot proves nothing about how far it went.
  const newest = (await tx.vouchers.ofPurse(view.id)).findLast((voucher) => voucher.bytes !== null);
  const after = purseAfter(local, view, told, newest);
  if (after !== null && JSON.stringify(after) !== JSON.stringify(local)) await tx.purses.put(after);
  return after;
}

/** `asked`: what was here before the question. One of these that the server does not name any more is over: released, or lost with its database. */
export async function filePurses(core: Core, asked: readonly PurseRecord[], { purses, device, nowMs }: MeReply): Promise<Result<void, ErrorCode>> {
  const here = purses.filter((purse) => purse.deviceId === device.id);
  const named = new Set(here.map((purse) => purse.id));
  const over = asked.filter((purse) => !named.has(purse.id) && purse.state.kind !== 'released');
  const known = over.length === 0 && here.every((view) => isKnown(asked, view));
  const genuine = known ? new Set(here) : await genuineOf(core, here);
  if (genuine === null) return err('OFFLINE');
  const filed = known ? ok(asked) : await write(core, (tx) => fileAll(tx, here, over, { deviceId: device.id, nowMs, genuine }));
  if (!filed.ok) return filed;
  core.memory.unproved.splice(0, Infinity, ...here.filter((view) => view.state === 'active' && !genuine.has(view)).map((view) => view.id));
  const ended = new Set(filed.value.filter((purse) => purse.state.kind !== 'active').map((purse) => purse.id));
  core.memory.untold.splice(0, Infinity, ...here.filter((view) => view.state === 'active' && ended.has(view.id)).map((view) => view.id));
  return ok(undefined);
}

type Said = { readonly deviceId: string; readonly nowMs: number; readonly genuine: ReadonlySet<PurseView> };

async function fileAll(tx: WalletTx, here: readonly PurseView[], over: readonly PurseRecord[], { deviceId, nowMs, genuine }: Said): Promise<readonly PurseRecord[]> {
  for (const view of here) await filePurse(tx, view, { deviceId, atMs: nowMs, genuine: genuine.has(view) });
  for (const { id } of over) {
    const purse = await tx.purses.get(id);
    if (purse !== undefined) await tx.purses.put({ ...purse, state: { kind: 'released', atMs: nowMs } });
  }
  return tx.purses.all();
}

/** Nothing to write: most starts find it so. */
function isKnown(asked: readonly PurseRecord[], view: PurseView): boolean {
  const local = asked.find((purse) => purse.id === view.id);
  if (local === undefined || view.headSeq > (local.head?.seq ?? 0)) return false;
  return local.certificate === view.certificate && (local.state.kind === view.state || view.state === 'active');
}

export async function keepPurse(core: Core, view: PurseView, nowMs: number): Promise<Result<PurseRecord, ErrorCode>> {
  const deviceId = core.memory.identity?.deviceId ?? '';
  const proved = await genuineOf(core, [view]);
  if (proved === null) return err('OFFLINE');
  const genuine = proved.has(view);
  const written = await write(core, (tx) => filePurse(tx, view, { deviceId, atMs: nowMs, genuine }));
  if (!written.ok) return written;
  // Its money is safe at the server, which is asked for another certificate.
  if (view.state === 'active' && !genuine) return err('INTERNAL');
  return written.value === null ? err('FORBIDDEN') : ok(written.value);
}

/** Null when it cannot be checked now: nothing is stored without that. */
export async function genuineOf(core: Core, views: readonly PurseView[]): Promise<ReadonlySet<PurseView> | null> {
  if (views.length === 0) return new Set();
  const part = await load(purseGenuinePart);
  return part === null ? null : part.genuinePurses(core, views);
}
