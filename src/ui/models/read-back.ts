/** Reads records back from the newest, page by page, until enough is found. Must never go on without end. */
import type { Err } from '#base/result.ts';
import type { ErrorCode } from '#protocol/errors.ts';
import { LIMITS } from '#protocol/limits.ts';
import type { RecordView, WalletApi } from '#wallet/api.ts';
import { joinPages } from './record-pages.ts';

/** Who was offline for days has some hundred records; further back nothing is looked for. */
const PAGES = 40;

/** `ended`: there is nothing older. */
export type ReadBack = { readonly records: readonly RecordView[]; readonly ended: boolean; readonly problem: Err<ErrorCode> | null };

/** `newest` is the first page, as the snapshot has it. What was read before a problem is given all the same. */
export async function readBack(api: Pick<WalletApi, 'records'>, newest: readonly RecordView[], enough: (read: readonly RecordView[]) => boolean): Promise<ReadBack> {
  let records = newest;
  let last = newest.at(-1);
  let ended = newest.length < LIMITS.recordsPage;
  for (let pages = 0; pages < PAGES && last !== undefined && !ended && !enough(records); pages += 1) {
    const page = await readPage(api, last);
    if (page.problem !== null) return { ...page, records };
    records = joinPages(records, page.records);
    last = page.records.at(-1);
    ended = page.ended;
  }
  return { records, ended, problem: null };
}

/** The page that is older than `last`. */
export async function readPage(api: Pick<WalletApi, 'records'>, { atMs, id }: RecordView): Promise<ReadBack> {
  const page = await api.records({ atMs, id });
  return page.ok ? { records: page.value, ended: page.value.length < LIMITS.recordsPage, problem: null } : { records: [], ended: false, problem: page };
}
