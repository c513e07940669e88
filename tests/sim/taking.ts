/** A code before a till's camera, and what the till may say of it. W2: what it calls accepted or paid is on its disk before that. */
import { isTaken } from '#protocol/claim-state.ts';
import type { Shown } from './book.ts';
import type { Phone } from './phone.ts';
import type { Scene } from './scene.ts';

export async function take(run: Scene, till: Phone, shown: Shown): Promise<string> {
  const page = await till.open();
  const taken = await page.ask((wallet) => wallet.take(shown.code));
  page.mustBeThere();
  if (!taken.ok) {
    shown.taken ??= taken.error;
    return taken.error === 'E_INVOICE_CLOSED' && run.chance.happens(0.5) ? `closed, honoured: ${await honour(run, till, shown)}` : taken.error;
  }
  return called(run, till, shown, taken.value.outcome);
}

/** The cashier opens the sale again for a voucher that was signed before. */
async function honour(run: Scene, till: Phone, shown: Shown): Promise<string> {
  const page = await till.open();
  const taken = await page.ask((wallet) => wallet.honour(shown.saleId, shown.code));
  page.mustBeThere();
  return taken.ok ? called(run, till, shown, taken.value.outcome) : taken.error;
}

async function called(run: Scene, till: Phone, shown: Shown, outcome: 'paid' | 'accepted' | 'asking' | 'again'): Promise<string> {
  const { vid } = shown;
  const { claims, outbox } = till.disk.rows;
  shown.taken = outcome;
  const claim = claims.get(vid);
  const isSent = [...outbox.values()].some((row) => row.recordId === vid);
  const isKept = claim !== undefined && (isSent || (claim.state.kind !== 'asking' && !isTaken(claim.state)));
  if (!isKept) run.violations.push({ law: 'W2', what: `${till.name} calls voucher ${vid} ${outcome}, and has not stored it` });
  if (outcome === 'accepted' || outcome === 'paid') run.book.accepted.set(vid, till);
  const row = outcome === 'paid' ? await run.world.server.store.transaction((tx) => tx.voucher(vid)) : null;
  if (outcome === 'paid' && row?.verdict.verdict !== 'SETTLED') run.violations.push({ law: 'W2', what: `${till.name} calls voucher ${vid} paid, the server says ${row?.verdict.verdict ?? 'nothing'}` });
  return outcome;
}
