/** Appeals: somebody says that a verdict or a freeze is wrong. Stored for the operator's people, once an id; decides nothing. */
import { err, ok, type Result } from '#base/result.ts';
import type { AppealRequest } from '#protocol/http-purses.ts';
import { LIMITS } from '#protocol/limits.ts';
import { moneyOf, type Caller, type IdentityDeps } from './identity.ts';
import type { AppealRow } from './ports-offline.ts';
import type { Tx } from './ports.ts';

export type AppealProblem = 'BAD_REQUEST' | 'NOT_FOUND' | 'ID_REUSED' | 'RATE_LIMITED';

export async function appeal(deps: Pick<IdentityDeps, 'store' | 'clock'>, { party }: Caller, request: AppealRequest): Promise<Result<AppealRow, AppealProblem>> {
  const { appealId: id, subject, text } = request;
  // Neither is text that a database keeps as it came: the same request again would be another appeal, or none.
  if (text.includes('\0') || !text.isWellFormed()) return err('BAD_REQUEST');
  const atMs = deps.clock.nowMs();
  return deps.store.transaction(async (tx): Promise<Result<AppealRow, AppealProblem>> => {
    const merchant = await tx.merchantOfParty(party.id);
    const account = moneyOf(party, merchant);
    // Two requests with one id run one after the other.
    const balanceMinor = (await tx.lockBalances([account], party.ccy)).get(account) ?? 0;
    const known = await tx.appeal(id);
    if (known !== null) return known.partyId === party.id && known.subject === subject && known.text === text ? ok(known) : err('ID_REUSED');
    if (!(await isParty(tx, party.id, merchant?.id ?? null, subject))) return err('NOT_FOUND');
    if ((await tx.appealCount(party.id)) >= LIMITS.appealsOpen) return err('RATE_LIMITED');
    const row: AppealRow = { id, partyId: party.id, subject, text, atMs, answer: null, answeredAtMs: null };
    await tx.insertAppeal(row);
    await tx.appendFeed(party.id, (seq) => ({ kind: 'appeal', seq, appealId: id, subject, state: 'received', atMs, balanceMinor }));
    return ok(row);
  });
}

/** Is this purse, voucher or payment one of this account? */
async function isParty(tx: Tx, partyId: string, merchantId: string | null, subject: string): Promise<boolean> {
  const [purse, voucher, payment] = await Promise.all([tx.purse(subject), tx.voucher(subject), tx.paymentById(subject)]);
  const payers = [purse?.partyId, voucher?.payerPartyId, payment?.payerPartyId];
  const merchants = [voucher?.merchantId, payment?.merchantId];
  if (payers.includes(partyId) || (merchantId !== null && merchants.includes(merchantId))) return true;
  return purse !== null && merchantId !== null && tx.hasVoucherOf(purse.id, merchantId);
}
