/** All words of one language, by subject. Desk words are not here: only the demo build has them, and loads them itself. */
import type { zhClaims } from './zh/claims.ts';
import type { FoundWords } from './zh/errors.ts';
import type { zhErrors } from './zh/errors.ts';
import type { zhFormats } from './zh/formats.ts';
import type { zhHelp } from './zh/help.ts';
import type { zhPay } from './zh/pay.ts';
import type { zhPending } from './zh/pending.ts';
import type { zhPurse } from './zh/purse.ts';
import type { zhScan } from './zh/scan.ts';
import type { zhShell } from './zh/shell.ts';
import type { zhTake } from './zh/take.ts';
import type { zhTill } from './zh/till.ts';
import type { zhVoucher } from './zh/voucher.ts';

export type Catalogue = {
  readonly shell: typeof zhShell;
  readonly pay: typeof zhPay;
  readonly purse: typeof zhPurse;
  readonly voucher: typeof zhVoucher;
  readonly scan: typeof zhScan;
  readonly till: typeof zhTill;
  readonly take: typeof zhTake;
  readonly claims: typeof zhClaims;
  readonly pending: typeof zhPending;
  readonly help: typeof zhHelp;
  readonly formats: typeof zhFormats;
  readonly errors: typeof zhErrors;
  readonly found: FoundWords;
};
