/** What a call that may be refused returns. Nothing thrown crosses a room; a thrown error is a bug. */
export type Ok<T> = { readonly ok: true; readonly value: T };
export type Err<E extends string> = { readonly ok: false; readonly error: E; readonly detail?: ErrorDetail };

/** Small, serialisable facts that the words for an error may need. Never a secret. */
export type ErrorDetail = {
  readonly triesLeft?: number;
  readonly retryAfterMs?: number;
  readonly paymentId?: string;
  readonly found?: string;
  readonly requestId?: string;
  /** Nothing else than the passkey confirms this. */
  readonly passkeyOnly?: boolean;
};

export type Result<T, E extends string> = Ok<T> | Err<E>;

export function ok<T>(value: T): Ok<T> {
  return { ok: true, value };
}

export function err<E extends string>(error: E, detail?: ErrorDetail): Err<E> {
  return detail === undefined ? { ok: false, error } : { ok: false, error, detail };
}
