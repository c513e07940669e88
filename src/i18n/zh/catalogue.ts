/** The Chinese words, whole: one chunk. */
import type { Catalogue } from '../catalogue.ts';
import { zhClaims } from './claims.ts';
import { zhErrors, zhFound } from './errors.ts';
import { zhFormats } from './formats.ts';
import { zhHelp } from './help.ts';
import { zhPay } from './pay.ts';
import { zhPending } from './pending.ts';
import { zhPurse } from './purse.ts';
import { zhScan } from './scan.ts';
import { zhShell } from './shell.ts';
import { zhTake } from './take.ts';
import { zhTill } from './till.ts';
import { zhVoucher } from './voucher.ts';

export const zhCatalogue: Catalogue = {
  shell: zhShell,
  pay: zhPay,
  purse: zhPurse,
  voucher: zhVoucher,
  scan: zhScan,
  till: zhTill,
  take: zhTake,
  claims: zhClaims,
  pending: zhPending,
  help: zhHelp,
  formats: zhFormats,
  errors: zhErrors,
  found: zhFound,
};
