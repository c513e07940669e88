/** What the server says about this account now: name, PIN, passkeys, purses, the till's certificate; and how that is stored. */
import { err, ok, type Result } from '#base/result.ts';
import type { ErrorCode } from '#protocol/errors.ts';
import type { MeReply, TillInfo } from '#protocol/http.ts';
import type { PurseView } from '#protocol/http-offline.ts';
import { toResult } from './ask.ts';
import type { Core } from './core.ts';
import type { WalletTx } from './ports.ts';
import { filePurses } from './purse-news.ts';
import { type IdentityRecord, type PurseElsewhere, RECORD_SCHEMA } from './records.ts';
import { askAsMe, meQuestion } from './session.ts';
import { write } from './writer.ts';

/**
 * NOT_SIGNED_IN: the answer is about another device. A restore came in between, here or in another context, and with it another key: what is
 * about one device is not filed for the other.
 */
export async function learnMe(core: Core): Promise<Result<void, ErrorCode>> {
  const before = await core.ports.store.read((tx) => tx.purses.all());
  if (!before.ok) return before;
  const reply = toResult(await askAsMe(core, meQuestion()));
  if (!reply.ok) return reply;
  if (core.memory.identity?.deviceId !== reply.value.device.id) return err('NOT_SIGNED_IN');
  const written = await writeIdentity(core, identityOf(reply.value));
  if (!written.ok) return written;
  await keepCodeKey(core, reply.value);
  return filePurses(core, before.value, reply.value);
}

/** Nothing depends on it but the digits that a customer reads out: a till without it is told so when somebody types them. */
export async function keepCodeKey(core: Core, { till }: MeReply): Promise<void> {
  if (till === null) return;
  const kept = await core.ports.codeKeys.keep(till.codeKey);
  if (!kept.ok) core.ports.log.warn('code-key.not-kept', { error: kept.error });
}

async function writeIdentity(core: Core, identity: IdentityRecord): Promise<Result<void, ErrorCode>> {
  const held = core.memory.identity;
  if (held !== null && held.accountId !== identity.accountId) return err('FORBIDDEN');
  if (JSON.stringify(held) === JSON.stringify(identity)) return ok(undefined);
  const written = await write(core, (tx: WalletTx) => tx.putIdentity(identity));
  if (!written.ok) return written;
  core.memory.identity = identity;
  core.changed();
  return ok(undefined);
}

export function identityOf(me: MeReply): IdentityRecord {
  const { account, device, till, purses } = me;
  return {
    schema: RECORD_SCHEMA,
    accountId: account.id,
    kind: account.kind,
    name: account.name,
    ccy: account.ccy,
    playMoney: account.playMoney,
    pinSet: account.pinSet,
    passkeyIds: account.passkeyIds,
    deviceId: device.id,
    till: till === null ? null : storable(till),
    pursesElsewhere: purses.filter((purse) => purse.deviceId !== device.id).map(elsewhere),
  };
}

/** Another device's purse: only that it is there. Nothing here can spend it. */
function elsewhere({ id, kind, ccy, state, reserveMinor, claimDeadlineMs }: PurseView): PurseElsewhere {
  return { id, kind, ccy, state, reserveMinor, claimDeadlineMs };
}

/** The till without its key. */
function storable({ merchantId, name, terminal, certificate, noteCertificate, guarantee }: TillInfo): NonNullable<IdentityRecord['till']> {
  return { merchantId, name, terminal, certificate, noteCertificate, guarantee };
}
