/** The English words, whole: one chunk. */
import type { Catalogue } from '../catalogue.ts';
import { enClaims } from './claims.ts';
import { enErrors, enFound } from './errors.ts';
import { enFormats } from './formats.ts';
import { enHelp } from './help.ts';
import { enPay } from './pay.ts';
import { enPending } from './pending.ts';
import { enPurse } from './purse.ts';
import { enScan } from './scan.ts';
import { enShell } from './shell.ts';
import { enTake } from './take.ts';
import { enTill } from './till.ts';
import { enVoucher } from './voucher.ts';

export const enCatalogue: Catalogue = {
  shell: enShell,
  pay: enPay,
  purse: enPurse,
  voucher: enVoucher,
  scan: enScan,
  till: enTill,
  take: enTake,
  claims: enClaims,
  pending: enPending,
  help: enHelp,
  formats: enFormats,
  errors: enErrors,
  found: enFound,
};
