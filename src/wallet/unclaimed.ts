/** Vouchers for this shop that only their payers have brought (protocol.md 8.3): shown, and claimed with one tap. */
import { err, ok, type Result } from '#base/result.ts';
import type { ErrorCode } from '#protocol/errors.ts';
import { LIMITS } from '#protocol/limits.ts';
import type { Core } from './core.ts';
import { dropItems, dropPaidOtherwise } from './feed-till.ts';
import { syncRow } from './outbox.ts';
import type { WalletTx } from './ports.ts';
import type { UnclaimedRecord } from './records.ts';
import { isClaimed } from './till-views.ts';
import { ownTill } from './till.ts';
import { write } from './writer.ts';

export async function claimReported(core: Core, vid: string): Promise<Result<void, ErrorCode>> {
  const till = ownTill(core);
  if (!till.ok) return till;
  const written = await write(core, async (tx): Promise<Result<void, ErrorCode>> => {
    await dropPaidOtherwise(tx);
    const reported = await tx.unclaimed.get(vid);
    if (reported === undefined) return err('NOT_FOUND');
    if (reported.refused !== undefined) {
      await tx.unclaimed.delete(vid);
      return ok(undefined);
    }
    const outbox = await tx.outbox.all();
    if (isClaimed(outbox, vid)) return ok(undefined);
    if (outbox.length >= LIMITS.outboxRows) return err('TOO_MANY_WAITING');
    await dropItems(tx, vid);
    await tx.outbox.put(syncRow(core, vid, { k: 'C', id: vid, ...(await shownFor(tx, reported)) }));
    return ok(undefined);
  });
  if (!written.ok) return written;
  core.memory.hurried = true;
  core.ring();
  return written.value;
}

/** The charge, where this till made it: the server then sees whether its sale was paid by another code meanwhile. */
async function shownFor(tx: WalletTx, { invoiceHash }: UnclaimedRecord): Promise<{ readonly invoice?: string }> {
  const sale = invoiceHash === undefined ? undefined : await tx.sales.byInvoice(invoiceHash);
  const invoice = sale?.invoices.find(({ hash }) => hash === invoiceHash)?.bytes;
  return invoice === undefined ? {} : { invoice };
}
