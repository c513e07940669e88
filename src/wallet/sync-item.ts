/** An outbox row's body read again. It may be damaged, or written by a newer app: the server judges it, and nothing here stumbles over it. */
import { SyncItem } from '#protocol/http-sync.ts';
import { readMessage } from '#protocol/read-message.ts';
import type { OutboxRow } from './records.ts';

/** Null when it is no item of a form that this app knows. */
export function itemOf({ body }: Pick<OutboxRow, 'body'>): SyncItem | null {
  return readMessage(SyncItem, parsed(body));
}

/** What is sent as an item; undefined when it is not even JSON. */
export function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}
