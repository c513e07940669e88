/**
 * A device that is gone takes its purses with it: nobody signs with its key any more, or nobody should. They are closed, and
 * their bits in the status list are set, so that a till refuses a stolen phone after its next sync. What was signed before still
 * settles until the claim deadline.
 */
import { shopperAccount, reserveAccount } from '#protocol/ledger.ts';
import { tellAll, type News } from './feeds.ts';
import { Book } from './locks.ts';
import type { PurseRow } from './ports-offline.ts';
import type { Device, Party, Tx } from './ports.ts';
import { REVOCATIONS } from './proofs.ts';
import { ownerNews } from './purses-view.ts';

export async function endPursesOf(tx: Tx, party: Party, device: Pick<Device, 'id'>, atMs: number): Promise<void> {
  const ofDevice = async (): Promise<PurseRow[]> =>
    (await tx.pursesOfParty(party.id)).filter((purse) => purse.deviceId === device.id && purse.state === 'active');
  const seen = await ofDevice();
  if (seen.length === 0) return;
  const locked = await tx.lockBalances([shopperAccount(party.id), ...seen.map((purse) => reserveAccount(purse.id))], party.ccy);
  const book = new Book(tx, locked);
  const news: News[] = [];
  // Under the locks: a top-up that was faster has changed them. A purse that came in between is of a device that is gone: it ends by itself.
  for (const purse of (await ofDevice()).filter((now) => locked.has(reserveAccount(now.id)))) {
    const row: PurseRow = { ...purse, state: 'closing', revokedAtMs: purse.revokedAtMs ?? atMs };
    await tx.putPurse(row);
    await tx.takeNumber(REVOCATIONS);
    const money = { reserveMinor: book.holds(reserveAccount(row.id)), amountMinor: 0, balanceMinor: book.holds(shopperAccount(party.id)) };
    news.push(ownerNews({ event: 'closing', row, ...money, atMs }, await tx.headOfPurse(row.id)));
  }
  await tellAll(tx, news);
}
