/**
 * One sync request (protocol.md 8.1): items in order, each in transactions of its own with a verdict of its own, then what the
 * device missed. An item that cannot be read, or on which something breaks, stops no other. A store that does not answer ends
 * the request: the items before it are committed, and give their stored verdicts when they come again.
 */
import { unreachable } from '#base/assert.ts';
import { fromBase64Url, toBase64Url } from '#base/bytes.ts';
import type { Log } from '#base/log.ts';
import type { SyncItem, SyncReply, SyncRequest, SyncResult } from '#protocol/http-sync.ts';
import type { StepUpScene } from '#protocol/step-up.ts';
import { feedPage } from './feed-page.ts';
import type { Caller, IdentityDeps } from './identity.ts';
import { takeNote, takeTap } from './notes.ts';
import { StoreUnavailable } from './ports.ts';
import { statusListFor, type StatusDeps } from './sync-status.ts';
import { thrownFacts } from './thrown.ts';
import { rejected, takeVoucher, type VoucherDeps } from './vouchers.ts';

export type SyncDeps = VoucherDeps & StatusDeps & IdentityDeps & { readonly log: Log };

/** What broke on our side is looked at by people. */
const BROKEN_RETRY_MS = 600_000;

/** How long until this server may have learned what a newer app says. */
const NEWER_RETRY_MS = 3_600_000;

/** null: it has no form. 'newer': of a form that may come to be known. */
export type ReadItem = (item: unknown) => SyncItem | 'newer' | null;

/** `read` gives one item its form. `scenes`: where the passkeys of payers live. */
export async function sync(deps: SyncDeps, caller: Caller, request: SyncRequest, read: ReadItem, scenes: readonly StepUpScene[] = []): Promise<SyncReply> {
  const results: SyncResult[] = [];
  for (const item of request.items) results.push(await takeSafely(deps, { caller, scenes }, read(item)));
  const status = await statusListFor(deps, request.statusSeq);
  const { keys, keySet } = deps.issuer;
  return {
    nowMs: deps.clock.nowMs(),
    results,
    feed: await feedPage(deps, caller, request),
    status,
    keySet: keys.seq > request.keySetSeq ? toBase64Url(keySet) : null,
  };
}

type Bringer = { readonly caller: Caller; readonly scenes: readonly StepUpScene[] };

async function takeSafely(deps: SyncDeps, bringer: Bringer, item: ReturnType<ReadItem>): Promise<SyncResult> {
  if (item === null) return rejected(deps, null, 'FORMAT');
  if (item === 'newer') return { id: null, dup: false, verdict: 'RETRY', afterMs: NEWER_RETRY_MS };
  try {
    return await take(deps, bringer, item);
  } catch (thrown) {
    if (thrown instanceof StoreUnavailable) throw thrown;
    deps.log.error('sync.item', { kind: item.k, ...thrownFacts(thrown) });
    return { id: null, dup: false, verdict: 'RETRY', afterMs: BROKEN_RETRY_MS };
  }
}

async function take(deps: SyncDeps, { caller, scenes }: Bringer, item: SyncItem): Promise<SyncResult> {
  const invoice = 'invoice' in item && item.invoice !== undefined ? fromBase64Url(item.invoice) : null;
  if (item.k === 'C') return takeTap(deps, caller, item.id, invoice);
  const bytes = fromBase64Url(item.o);
  if (bytes === null) return rejected(deps, null, 'FORMAT');
  switch (item.k) {
    case 'V':
      return takeVoucher(deps, { kind: 'party', id: caller.party.id }, { bytes, acceptedAtMs: item.acceptedAtMs, listSeq: item.listSeq, invoice, scenes });
    case 'E':
      return takeVoucher(deps, { kind: 'witness' }, { bytes, scenes });
    case 'F':
      return takeNote(deps, ['void', 'refund'], bytes);
    case 'A':
      return takeNote(deps, ['ack'], bytes, invoice);
    default:
      return unreachable(item);
  }
}
