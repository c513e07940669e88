/** Structured log. Fields are facts, never secrets: no PIN, key, cookie, code text, or voucher bytes. */
export type LogFields = { readonly [name: string]: string | number | boolean | null | undefined };

export interface Log {
  info(event: string, fields?: LogFields): void;
  warn(event: string, fields?: LogFields): void;
  error(event: string, fields?: LogFields): void;
}

export const silentLog: Log = { info() {}, warn() {}, error() {} };
