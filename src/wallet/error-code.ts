/** A code that a newer server made up is told as a refusal without its own words. */
import { ERROR_CODES, type ErrorCode } from '#protocol/errors.ts';

export function errorCode(code: string): ErrorCode {
  return ERROR_CODES.find((known) => known === code) ?? 'BAD_REQUEST';
}
