/**
 * What waited on another till, of this shop or any: put into this one's outbox, each item once, in one write. Nothing of it is
 * believed: the server judges each, can only credit the merchant that it names, and gives its stored verdict to whoever is second.
 */
import { fromBase64Url, toHex } from '#base/bytes.ts';
import { err, ok, type Result } from '#base/result.ts';
import type { ErrorCode } from '#protocol/errors.ts';
import type { SyncItem } from '#protocol/http-sync.ts';
import { LIMITS } from '#protocol/limits.ts';
import { decodeNote } from '#protocol/note.ts';
import { type PendingExport, readPendingFile, readPendingMessage } from '#protocol/pending-export.ts';
import { NO_PROGRESS, receiveUr, type UrAnswer } from '#protocol/ur.ts';
import { decodeVoucher } from '#protocol/voucher.ts';
import type { ImportView } from './api-till.ts';
import type { Core } from './core.ts';
import { syncRow } from './outbox.ts';
import type { WalletTx } from './ports.ts';
import type { OutboxRow } from './records.ts';
import { itemOf } from './sync-item.ts';
import { ownTill } from './till.ts';
import { write } from './writer.ts';

type Answer = Result<ImportView, ErrorCode>;
type Done = NonNullable<ImportView['done']>;

/** Parts of another message in between are passed over; after this long without one of the first, the other is what is shown now. */
const ABANDONED_MS = 5_000;
const ANIMATED = /^ur:/iu;

export async function importPending(core: Core, text: string): Promise<Answer> {
  const till = ownTill(core);
  if (!till.ok) return till;
  const { merchantId } = till.value.till;
  if (ANIMATED.test(text.trim())) return takePart(core, merchantId, text);
  const pending = readPendingFile(text);
  return pending === null ? err('E_FORMAT') : keep(core, merchantId, pending, 1);
}

async function takePart(core: Core, merchantId: string, text: string): Promise<Answer> {
  const answer = receive(core, text);
  switch (answer.kind) {
    case 'broken':
      return err('E_FORMAT');
    case 'spoilt':
      core.memory.importing = null;
      return err('E_FORMAT');
    case 'other':
      return ok({ ...progressOf(core), done: null });
    case 'more':
      core.memory.importing = { progress: answer.progress, have: answer.have, need: answer.of, atMs: core.ports.clock.monotonicMs() };
      return ok({ have: answer.have, need: answer.of, done: null });
    case 'done': {
      const need = Math.max(1, progressOf(core).need);
      core.memory.importing = null;
      const pending = readPendingMessage(answer.message);
      return pending === null ? err('E_FORMAT') : keep(core, merchantId, pending, need);
    }
  }
}

function receive(core: Core, text: string): UrAnswer {
  const { importing } = core.memory;
  const answer = receiveUr(importing?.progress ?? NO_PROGRESS, text);
  const abandoned = importing !== null && core.ports.clock.monotonicMs() - importing.atMs > ABANDONED_MS;
  return answer.kind === 'other' && abandoned ? receiveUr(NO_PROGRESS, text) : answer;
}

function progressOf({ memory }: Core): Pick<ImportView, 'have' | 'need'> {
  return { have: memory.importing?.have ?? 0, need: memory.importing?.need ?? 0 };
}

async function keep(core: Core, merchantId: string, pending: PendingExport, need: number): Promise<Answer> {
  const written = await write(core, (tx) => keepAll(core, tx, merchantId, pending));
  if (!written.ok) return written;
  if (!written.value.ok) return written.value;
  core.memory.hurried = true;
  core.ring();
  return ok({ have: need, need, done: written.value.value });
}

/** All that is new here or nothing: a half-imported export would have to be told from a whole one. */
async function keepAll(core: Core, tx: WalletTx, merchantId: string, pending: PendingExport): Promise<Result<Done, ErrorCode>> {
  const waiting = new Set((await tx.outbox.all()).flatMap((row) => namesOf(row)));
  const rows: OutboxRow[] = [];
  const done = { known: 0, refused: 0 };
  for (const item of pending.items) {
    // A tap claims for the shop whose till was tapped, and for no other.
    const id = item.k === 'C' && pending.merchantId !== merchantId ? null : idOf(item);
    if (id === null) {
      done.refused += 1;
    } else if (waiting.has(nameOf(item, id)) || (await isKnown(tx, item, id))) {
      done.known += 1;
    } else {
      waiting.add(nameOf(item, id));
      rows.push(syncRow(core, id, item));
    }
  }
  if ((await tx.outbox.count()) + rows.length > LIMITS.outboxRows) return err('TOO_MANY_WAITING');
  for (const row of rows) await tx.outbox.put(row);
  return ok({ ...done, added: rows.length });
}

function namesOf(row: OutboxRow): string[] {
  const item = itemOf(row);
  return item === null ? [] : [nameOf(item, row.recordId)];
}

function nameOf({ k }: SyncItem, id: string): string {
  return `${k} ${id}`;
}

/** What the verdict will name; null for what cannot be read. */
function idOf(item: SyncItem): string | null {
  if (item.k === 'C') return item.id;
  const bytes = fromBase64Url(item.o);
  if (bytes === null) return null;
  if (item.k === 'V' || item.k === 'E') {
    const voucher = decodeVoucher(bytes);
    return voucher.ok ? toHex(voucher.value.vid) : null;
  }
  const note = decodeNote(bytes);
  return note.ok ? toHex(note.value.noteId) : null;
}

/** Of this till, with or without a verdict: it was here before. */
async function isKnown(tx: WalletTx, { k }: SyncItem, id: string): Promise<boolean> {
  if (k === 'A' || k === 'F') return (await tx.notes.get(id)) !== undefined;
  return (await tx.claims.get(id)) !== undefined || (await tx.evidence.get(id)) !== undefined;
}
