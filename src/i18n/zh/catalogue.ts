/** The Chinese words, whole: one chunk. */
import type { Catalogue } from '../catalogue.ts';
import { zhErrors, zhFound } from './errors.ts';
import { zhFormats } from './formats.ts';
import { zhHelp } from './help.ts';
import { zhPay } from './pay.ts';
import { zhScan } from './scan.ts';
import { zhShell } from './shell.ts';
import { zhTill } from './till.ts';

export const zhCatalogue: Catalogue = {
  shell: zhShell,
  pay: zhPay,
  scan: zhScan,
  till: zhTill,
  help: zhHelp,
  formats: zhFormats,
  errors: zhErrors,
  found: zhFound,
};
