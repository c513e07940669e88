/**
 * A payment out of a purse, signed with no network:
 *
 *   read head ─► sign ─► ONE strict write: voucher, new head, outbox row ─► only then the caller may show it
 *
 * With a PIN the head is read in the write that takes the try, the next voucher is made whole while the PIN is stretched, nothing is
 * signed before it was right, and the try is given back in the voucher's own write: two waits for the disk, not five.
 *
 * A number is signed in turn ('sign' lock). When the lock was stolen, or there is none, the write finds another head, keeps
 * nothing, and the signature never leaves this file: the next try signs the next number. So a number that anybody ever saw
 * belongs to one voucher. A crash before the write has shown nothing; after it the voucher is there and is shown again as it is.
 */
import { toBase64Url, toHex } from '#base/bytes.ts';
import { err, ok, type Result } from '#base/result.ts';
import type { ErrorCode } from '#protocol/errors.ts';
import { LIMITS } from '#protocol/limits.ts';
import type { StepUp } from '#protocol/objects.ts';
import type { Head } from '#protocol/purse-rules.ts';
import { signVoucher } from '#protocol/voucher.ts';
import { nowHere } from './caps-here.ts';
import type { Core, OpenDraft, UnsignedVoucher } from './core.ts';
import type { PinTry } from './offline-user.ts';
import { signable } from './offline-confirm.ts';
import { reportItem, syncRow } from './outbox.ts';
import { idOf, paidAlready } from './paid-already.ts';
import type { WalletTx } from './ports.ts';
import type { PurseRecord, VoucherRecord } from './records.ts';
import { unsignedVoucher } from './unsigned-voucher.ts';
import { purseFor, whyNone } from './which-way.ts';
import { write } from './writer.ts';

/** More heads than this cannot move under one payment: another tab would have to pay in a loop. */
const TRIES = 5;

type Signed = Result<VoucherRecord, ErrorCode>;
type Found = { readonly voucher: VoucherRecord } | { readonly paidAs: string } | { readonly purse: PurseRecord } | { readonly purse: null; readonly why: ErrorCode };
type Next = { readonly known: Signed } | { readonly unsigned: UnsignedVoucher };
type Beside = (tx: WalletTx) => Promise<void>;

/** `pin`: who asks has still to prove to be the user. */
export function signPayment(core: Core, open: OpenDraft, pin: PinTry | null = null): Promise<Signed> {
  return core.ports.lock.run('sign', async () => {
    const found = await (pin === null ? findPayment(core, open) : takeAndFind(core, open, pin));
    if (!found.ok) return found;
    const next = nextOf(core, open, found.value);
    const agreed = pin === null ? ok(undefined) : await pin.compare();
    if (!agreed.ok) return agreed;
    const signed = await signInTurn(core, open, next, async (tx) => pin?.giveBack(tx));
    if (pin?.owed() === true) await write(core, (tx) => pin.giveBack(tx));
    return signed;
  });
}

function takeAndFind(core: Core, open: OpenDraft, pin: PinTry): Promise<Result<Found, ErrorCode>> {
  return write(core, async (tx) => {
    await pin.take(tx);
    return find(core, tx, open);
  });
}

async function signInTurn(core: Core, open: OpenDraft, first: Next, beside: Beside): Promise<Signed> {
  let next = first;
  for (let tries = 0; tries < TRIES; tries++) {
    if ('known' in next) return next.known;
    const signed = await signAndKeep(core, open, next.unsigned, null, beside);
    if (signed !== 'overtaken') return signed;
    const found = await findPayment(core, open);
    if (!found.ok) return found;
    next = nextOf(core, open, found.value);
  }
  return err('NOT_WRITER');
}

/** The voucher that this charge has already, or the one to be signed for it. */
function nextOf(core: Core, open: OpenDraft, found: Found): Next {
  if (!('purse' in found)) return { known: known(found) };
  if (found.purse === null) return { known: err(found.why) };
  const unsigned = unsignedVoucher(core, open, found.purse, false);
  return unsigned.ok ? { unsigned: unsigned.value } : { known: unsigned };
}

/** What a passkey has confirmed, and nothing else: when the purse has moved on meanwhile, nothing is signed. `beside`: written with it. */
export function signConfirmed(core: Core, open: OpenDraft, unsigned: UnsignedVoucher, stepUp: StepUp, beside: Beside): Promise<Signed | 'overtaken'> {
  // Below the threshold the device's own signature is enough, and its code is smaller.
  return core.ports.lock.run('sign', () => signAndKeep(core, open, unsigned, unsigned.stepUp ? stepUp : null, beside));
}

export async function findPayment(core: Core, open: OpenDraft): Promise<Result<Found, ErrorCode>> {
  return core.ports.store.read((tx) => find(core, tx, open));
}

/** The one payment that this charge has already, or the purse that can carry it. */
async function find(core: Core, tx: WalletTx, { draft, invoice }: OpenDraft): Promise<Found> {
  const hash = toHex(invoice.hash);
  const [paid, purses] = await Promise.all([paidAlready(tx, hash), tx.purses.all()]);
  // One of another device of this account has no code here.
  if (paid !== null) return 'voucher' in paid && paid.voucher.bytes !== null ? paid : { paidAs: idOf(paid) };
  const now = nowHere(core, draft.ccy);
  const able = signable(purses, core.memory.signer);
  const purse = purseFor(able, draft, now);
  return purse === null ? { purse, why: whyNone(able, draft, now) } : { purse };
}

function known(found: Exclude<Found, { purse: unknown }>): Signed {
  return 'voucher' in found ? ok(found.voucher) : err('INVOICE_PAID', { paymentId: found.paidAs });
}

async function signAndKeep(core: Core, open: OpenDraft, unsigned: UnsignedVoucher, stepUp: StepUp | null, beside: Beside): Promise<Signed | 'overtaken'> {
  const { signer } = core.memory;
  if (signer === null) return err('NO_KEY');
  const bytes = await signVoucher(unsigned.draft, (message) => signer.sign(message), stepUp);
  return keep(core, open, unsigned.purse, { ...unsigned.record, bytes: toBase64Url(bytes) }, beside);
}

async function keep(core: Core, open: OpenDraft, signedFor: PurseRecord, voucher: VoucherRecord & { readonly bytes: string }, beside: Beside): Promise<Signed | 'overtaken'> {
  const row = syncRow(core, voucher.id, reportItem(voucher));
  const head: Head = { seq: voucher.seq, cumMinor: voucher.cumMinor, vid: voucher.id };
  const written = await write(core, async (tx): Promise<Signed | 'overtaken'> => {
    // Side by side: the customer waits, and each request is a way to the disk's process and back.
    const [now, purse, waiting] = await Promise.all([find(core, tx, open), tx.purses.get(signedFor.id), tx.outbox.count(), beside(tx)]);
    if (!('purse' in now)) return known(now);
    if (purse === undefined || !sameHead(purse.head, signedFor.head) || purse.state.kind !== 'active') return 'overtaken';
    if (waiting >= LIMITS.outboxRows) return err('TOO_MANY_WAITING');
    await Promise.all([tx.purses.put({ ...purse, head }), tx.vouchers.put(voucher), tx.outbox.put(row)]);
    return ok(voucher);
  });
  return written.ok ? written.value : written;
}

function sameHead(a: Head | null, b: Head | null): boolean {
  return a?.seq === b?.seq && a?.vid === b?.vid;
}
