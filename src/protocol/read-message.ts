/** Reads one message of http.ts. Null for anything that does not fit: an answer is ours whole, or it is no answer. */
import * as v from 'valibot';

export function readMessage<S extends v.GenericSchema>(schema: S, json: unknown): v.InferOutput<S> | null {
  const read = v.safeParse(schema, json);
  return read.success ? read.output : null;
}
