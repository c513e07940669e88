/**
 * What waits on a till, carried to another device: as a file, and as the message of animated codes (ur.ts). Whoever brings the items
 * to the server can only credit the merchant that each of them names, so an export is no secret and no money; whoever reads one may
 * be given anything, and takes from it only whole items of known forms.
 *
 *   file: {"chit":"pending","version":1,"merchantId":hex,"items":[sync items],"sum":SHA-256 of what stands before it}
 *   message: CBOR [1, merchant id, [[k, bytes, accepted or -1, list or -1, invoice or empty], ...]]
 */
import * as v from 'valibot';
import { fromBase64Url, fromHex, toBase64Url, toHex, utf8, type Bytes } from '#base/bytes.ts';
import { assert } from '#base/assert.ts';
import { decodeCbor, encodeCbor, type CborValue } from './cbor.ts';
import { merchantIdHex } from './http-fields.ts';
import { SyncItem } from './http-sync.ts';
import { LIMITS } from './limits.ts';
import { readMessage } from './read-message.ts';
import { sha256 } from './sha256.ts';
import { isBytes, isList } from './shape.ts';
import { HASH_BYTES, MERCHANT_ID_BYTES } from './sizes.ts';

export type PendingExport = { readonly merchantId: string; readonly items: readonly SyncItem[] };

const VERSION = 1;
const NOTHING = -1;

const PendingFile = v.strictObject({
  chit: v.literal('pending'),
  version: v.literal(VERSION),
  merchantId: merchantIdHex,
  items: v.pipe(v.array(SyncItem), v.maxLength(LIMITS.outboxRows)),
  sum: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/)),
});

export function pendingFile({ merchantId, items }: PendingExport): string {
  return JSON.stringify({ chit: 'pending', version: VERSION, merchantId, items, sum: sumOf(merchantId, items) });
}

/** Null for anything but a whole file of ours. */
export function readPendingFile(text: string): PendingExport | null {
  const file = text.length > LIMITS.pendingFileChars ? null : readMessage(PendingFile, parse(text));
  if (file === null || file.sum !== sumOf(file.merchantId, file.items)) return null;
  return { merchantId: file.merchantId, items: file.items };
}

export function pendingMessage({ merchantId, items }: PendingExport): Bytes {
  return encodeCbor([VERSION, bytesOf(fromHex(merchantId)), items.map(cborItem)]);
}

/** Null for anything but a whole message of ours. */
export function readPendingMessage(message: Bytes): PendingExport | null {
  const value = decodeCbor(message, LIMITS.urMessageBytes);
  if (value === null || !isList(value) || value.length !== 3) return null;
  const [version, merchantId, list] = value;
  if (version !== VERSION || !isBytes(merchantId, MERCHANT_ID_BYTES) || list === undefined || !isList(list) || list.length > LIMITS.outboxRows) return null;
  const items = list.flatMap((item) => readItem(item) ?? []);
  return items.length === list.length ? { merchantId: toHex(merchantId), items } : null;
}

/** Over the items as they are read again, so that what the sum says is what is taken. */
function sumOf(merchantId: string, items: readonly SyncItem[]): string {
  return toHex(sha256(utf8(JSON.stringify([VERSION, merchantId, items]))));
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function cborItem(item: SyncItem): CborValue {
  const [acceptedAtMs, listSeq] = item.k === 'V' ? [item.acceptedAtMs, item.listSeq] : [];
  const invoice = 'invoice' in item && item.invoice !== undefined ? bytesOf(fromBase64Url(item.invoice)) : new Uint8Array();
  const bytes = bytesOf(item.k === 'C' ? fromHex(item.id) : fromBase64Url(item.o));
  return [item.k, bytes, acceptedAtMs ?? NOTHING, listSeq ?? NOTHING, invoice];
}

/** Its form is the schema's to judge. */
function readItem(item: CborValue): SyncItem | null {
  if (!isList(item) || item.length !== 5) return null;
  const [k, bytes, acceptedAtMs, listSeq, shown] = item;
  if (!(bytes instanceof Uint8Array) || !(shown instanceof Uint8Array)) return null;
  const invoice = shown.length === 0 ? {} : { invoice: toBase64Url(shown) };
  // A tap without its charge could be paid beside an online payment of the same sale.
  if (k === 'C') return isBytes(bytes, HASH_BYTES) ? readMessage(SyncItem, { k, id: toHex(bytes), ...invoice }) : null;
  const told = { ...(acceptedAtMs === NOTHING ? {} : { acceptedAtMs }), ...(listSeq === NOTHING ? {} : { listSeq }) };
  return readMessage(SyncItem, { k, o: toBase64Url(bytes), ...told, ...invoice });
}

function bytesOf(bytes: Bytes | null): Bytes {
  assert(bytes !== null, 'an item that waits was read by its schema');
  return bytes;
}
