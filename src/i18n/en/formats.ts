import type { zhFormats } from '../zh/formats.ts';

export const enFormats = {
  asOf: (ago: string): string => `Updated ${ago}`,
  offlineAsOf: (ago: string): string => `Offline · figures from ${ago}`,
} satisfies typeof zhFormats;
