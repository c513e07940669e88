/**
 * `npm run bench -- sync`: market days of the simulator, by the processor time of this process on one core. A payment here is a
 * charge on a till, the payer's sheet, a voucher, the till's check and its claim, all of it written and shown, and the settlement at
 * the server, on the memory stores. Best of many days, because other programs slow the machine and none speeds it up.
 */
import { marketDay } from '../sim/market.ts';
import { loadAllParts } from '../sim/warm-up.ts';

const DAYS = 40;

await loadAllParts();
let best = 0;
for (let day = 1; day <= DAYS; day++) {
  const { payments, cpuSeconds, broken } = await marketDay(day);
  if (broken.length > 0) throw new Error(broken.join('; '));
  best = Math.max(best, payments / cpuSeconds);
}
console.log(`bench sim payments_per_second=${Math.round(best)} best_of_days=${DAYS}`);
