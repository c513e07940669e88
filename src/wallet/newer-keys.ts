/** A check that ends at a key that we have not heard of: the key set may have moved on. It is asked for, and the check made once more. */
import type { Result } from '#base/result.ts';
import type { ErrorCode } from '#protocol/errors.ts';
import type { Core } from './core.ts';
import { learnConfig } from './trust.ts';

export async function withNewerKeys<T, E extends ErrorCode>(core: Core, check: () => Promise<Result<T, E>>): Promise<Result<T, E>> {
  const first = await check();
  return !first.ok && first.error === 'E_ISSUER' && (await learnConfig(core)) ? check() : first;
}
