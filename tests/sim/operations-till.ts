/** What tills do: take vouchers, acknowledge them, give money back, cancel. */
import { mayRefund } from '#wallet/refunds.ts';
import type { Shown } from './book.ts';
import { amountText, carryPurse, chargeAt, payCharge, signSomehow } from './operations-payer.ts';
import type { Phone } from './phone.ts';
import type { Scene } from './scene.ts';
import { take } from './taking.ts';

export async function accept(run: Scene, till: Phone): Promise<string> {
  if (run.chance.happens(0.08)) return acceptAgainAndAgain(run, till);
  if (run.chance.happens(0.6)) till.goOffline(run.chance.pick([200, 4_000, 60_000]));
  const shown = codeFor(run, till) ?? (await freshCode(run, till));
  if (typeof shown === 'string') return shown;
  const outcome = await take(run, till, shown);
  return run.book.accepted.get(shown.vid) === till && run.chance.happens(0.3) ? `${outcome}, ${await acknowledge(run, till, shown)}` : outcome;
}

/** One customer buys more and more while there is no network, until the till takes no more of that purse by itself. */
async function acceptAgainAndAgain(run: Scene, till: Phone): Promise<string> {
  const payer = freePayer(run);
  if (payer === null) return 'no customer';
  const page = await payer.open();
  await page.ask((wallet) => wallet.loadPurse({ kind: 'open' }, amountText(24_000), { user: run.plan.pin, challenge: null }));
  for (const phone of [till, payer]) phone.goOffline(90_000);
  const outcomes: string[] = [];
  for (let sale = 0; sale < 3; sale++) {
    const charged = await chargeAt(run, till, run.chance.between(5_000, 9_500));
    const shown = typeof charged === 'string' ? charged : await payCharge(run, payer, charged);
    outcomes.push(typeof shown === 'string' ? shown : await take(run, till, shown));
  }
  return outcomes.join(', ');
}

/** A code that somebody holds in front of this very till: not taken yet, or once more. */
function codeFor(run: Scene, till: Phone): Shown | null {
  const here = [...run.book.shown.values()].filter((shown) => shown.till === till);
  const fresh = here.filter(({ taken }) => taken === null);
  if (here.length > 0 && run.chance.happens(0.1)) return run.chance.pick(here);
  return fresh.length > 0 && run.chance.happens(0.7) ? run.chance.pick(fresh) : null;
}

/** A customer with no network comes to the counter. */
async function freshCode(run: Scene, till: Phone): Promise<Shown | string> {
  const payer = freePayer(run);
  if (payer === null) return 'no customer';
  await carryPurse(run, payer);
  payer.goOffline(run.chance.pick([3_000, 20_000]));
  const charged = await chargeAt(run, till);
  return typeof charged === 'string' ? charged : signSomehow(run, payer, charged);
}

function freePayer(run: Scene): Phone | null {
  const free = run.world.phones.filter((phone) => phone.role === 'payer' && phone.isReady && run.isFree(phone));
  return free.length === 0 ? null : run.chance.pick(free);
}

async function acknowledge(run: Scene, till: Phone, { saleId, payer }: Shown): Promise<string> {
  const page = await till.open();
  const note = await page.ask((wallet) => wallet.acknowledge(saleId));
  return note.ok ? `acknowledged, ${await handOver(run, payer, note.value.code)}` : note.error;
}

/** The payer scans what the till shows, or is gone. */
async function handOver(run: Scene, payer: Phone, code: string): Promise<string> {
  if (!payer.isReady || !run.isFree(payer) || run.chance.happens(0.4)) return 'not scanned';
  const page = await payer.open();
  const taken = await page.ask((wallet) => wallet.takeNote(code));
  return taken.ok ? `${taken.value.kind} scanned` : taken.error;
}

export async function refund(run: Scene, till: Phone): Promise<string> {
  const { claims } = till.disk.rows;
  const paid = [...claims.values()].filter((claim) => mayRefund(claim.state));
  if (paid.length === 0) {
    const outcome = await accept(run, till);
    await run.until(() => [...till.disk.rows.claims.values()].some((claim) => mayRefund(claim.state)), 5_000);
    if (![...till.disk.rows.claims.values()].some((claim) => mayRefund(claim.state))) return `nothing to refund: ${outcome}`;
  }
  const claim = run.chance.pick([...till.disk.rows.claims.values()].filter((one) => mayRefund(one.state)));
  const page = await till.open();
  const amountMinor = run.chance.happens(0.3) ? claim.amountMinor : run.chance.between(1, claim.amountMinor);
  const note = await page.ask((wallet) => wallet.refundSale(claim.saleId, amountText(amountMinor)));
  if (!note.ok) return note.error;
  const payer = run.book.shown.get(claim.id)?.payer;
  const scanned = payer === undefined ? 'payer unknown' : await handOver(run, payer, note.value.code);
  await run.until(() => till.screen?.waiting === 0, 10_000);
  return `refunded ${amountMinor}, ${scanned}`;
}

/** A charge that is taken back while somebody may be paying it; or a voucher that is given back. */
export async function cancel(run: Scene, till: Phone): Promise<string> {
  const waiting = [...till.disk.rows.claims.values()].filter((claim) => claim.state.kind === 'accepted' || claim.state.kind === 'queued' || claim.state.kind === 'asking');
  return waiting.length > 0 && run.chance.happens(0.6) ? giveBack(run, till, run.chance.pick(waiting)) : cancelCharge(run, till);
}

async function giveBack(run: Scene, till: Phone, { id, saleId }: { readonly id: string; readonly saleId: string }): Promise<string> {
  const page = await till.open();
  const note = await page.ask((wallet) => wallet.voidSale(saleId));
  if (!note.ok) return note.error;
  const payer = run.book.shown.get(id)?.payer;
  return `given back, ${payer === undefined ? 'payer unknown' : await handOver(run, payer, note.value.code)}`;
}

async function cancelCharge(run: Scene, till: Phone): Promise<string> {
  const charged = await chargeAt(run, till);
  if (typeof charged === 'string') return charged;
  const payer = run.chance.happens(0.5) ? freePayer(run) : null;
  const paying = payer === null ? Promise.resolve('nobody') : payCharge(run, payer, charged);
  // Awaited below: the payer's app may end before that, or the till's.
  paying.catch(() => undefined);
  await run.pause(run.chance.between(0, 400));
  const page = await till.open();
  const cancelled = await page.ask((wallet) => wallet.cancelCharge(charged.saleId));
  const paid = await paying;
  return `${cancelled.ok ? 'cancelled' : cancelled.error}, payer: ${typeof paid === 'string' ? paid : 'code shown'}`;
}
