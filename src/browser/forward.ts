/** Passes a wide api on without a line for each call: what is not in `own` is `call`, with the call's name and what was given. */
export function forward<Api extends object, Own extends Partial<Api>>(own: Own, call: (name: keyof Api, given: unknown[]) => unknown): Api & Own {
  return new Proxy(own as unknown as Api & Own, {
    // A `then` would make a promise of it wherever it is awaited or returned.
    get: (known, name) => Reflect.get(known, name) ?? (name === 'then' ? undefined : (...given: unknown[]) => call(name as keyof Api, given)),
  });
}
