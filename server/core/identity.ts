/**
 * Who is calling. A caller is a live session of a live device of a party; everything a request may do follows from these
 * three. Reads each time from the store: a revoked device is out with its next request. Never sees a cookie's secret stored.
 */
import { assert } from '#base/assert.ts';
import { fromBase64Url, toBase64Url, toHex, utf8 } from '#base/bytes.ts';
import type { Clock } from '#base/clock.ts';
import type { Random } from '#base/random.ts';
import type { GuaranteeInfo, MeReply, TillInfo } from '#protocol/http.ts';
import { merchantAccount, shopperAccount } from '#protocol/ledger.ts';
import { LIMITS } from '#protocol/limits.ts';
import type { Es256Verifier } from '#protocol/objects.ts';
import { pursePolicy, type GuaranteeRule } from '#protocol/purse-caps.ts';
import { sha256 } from '#protocol/sha256.ts';
import { codeKeyOf } from './confirmation-codes.ts';
import { issueTillCertificate } from './parties-certificate.ts';
import { pursesOf } from './purses-view.ts';
import type { Device, Issuer, LedgerAccount, Merchant, Party, PasskeyVerifier, PinHasher, ServerSecret, Store } from './ports.ts';

export type IdentityDeps = {
  readonly store: Store;
  readonly clock: Clock;
  readonly random: Random;
  readonly secret: ServerSecret;
  readonly verifier: Es256Verifier;
  readonly pins: PinHasher;
  readonly passkeys: PasskeyVerifier;
  readonly issuer: Issuer;
};

export type Caller = { readonly tokenHash: string; readonly device: Device; readonly party: Party };

/** Null for a secret that is unknown, out of date, or of a revoked device. */
export async function findCaller(deps: Pick<IdentityDeps, 'store' | 'clock'>, secret: string): Promise<Caller | null> {
  return callerByTokenHash(deps, tokenHashOf(secret));
}

/** For a stream that has been open for a while: is its session still there? */
export async function callerByTokenHash(deps: Pick<IdentityDeps, 'store' | 'clock'>, tokenHash: string): Promise<Caller | null> {
  return deps.store.transaction(async (tx) => {
    const session = await tx.session(tokenHash);
    if (session === null || session.expiresAtMs <= deps.clock.nowMs()) return null;
    const device = await tx.device(session.deviceId);
    const party = await tx.party(session.partyId);
    if (device === null || party === null || device.revokedAtMs !== null) return null;
    return { tokenHash, device, party };
  });
}

export function tokenHashOf(secret: string): string {
  return toHex(sha256(utf8(secret)));
}

/** `rpId`: passkeys of another host cannot be used from this one, so they are not named. */
export async function describeMe(deps: IdentityDeps & TillDeps, caller: Pick<Caller, 'device' | 'party'>, rpId: string): Promise<MeReply> {
  const { party, device } = caller;
  const known = await deps.store.transaction(async (tx) => ({
    pinSet: (await tx.pin(party.id)) !== null,
    passkeys: await tx.passkeysOfParty(party.id),
    merchant: party.kind === 'merchant' ? await tx.merchantOfParty(party.id) : null,
  }));
  const { id, kind, name, ccy, playMoney } = party;
  const passkeyIds = known.passkeys.filter((passkey) => passkey.rpId === rpId).map((passkey) => passkey.id);
  const balanceMinor = await deps.store.balance(moneyOf(party, known.merchant));
  return {
    nowMs: deps.clock.nowMs(),
    account: { id, kind, name, ccy, balanceMinor, playMoney, pinSet: known.pinSet, passkeyIds },
    device: { id: device.id },
    till: known.merchant === null || device.terminal === null ? null : await tillInfo(deps, known.merchant, { ...device, terminal: device.terminal }),
    purses: (await pursesOf(deps.store, party.id)).slice(-LIMITS.pursesShown),
  };
}

export type Till = Device & { readonly terminal: number };

export type TillDeps = Pick<IdentityDeps, 'issuer' | 'clock' | 'secret'> & { readonly guarantee: GuaranteeRule };

export async function tillInfo(deps: TillDeps, merchant: Merchant, till: Till): Promise<TillInfo> {
  // A suspended shop is still this till's: what it took before is settled.
  const certificates = merchant.status === 'active' ? await certificatesOf(deps, merchant, till) : { certificate: '', noteCertificate: '' };
  const { id, name, ccy } = merchant;
  return { merchantId: id, name, terminal: till.terminal, ...certificates, codeKey: toBase64Url(codeKeyOf(deps.secret, till.id)), guarantee: guaranteeOf(deps.guarantee, ccy) };
}

async function certificatesOf(deps: TillDeps, merchant: Merchant, { publicKey }: Till): Promise<Pick<TillInfo, 'certificate' | 'noteCertificate'>> {
  const terminalKey = fromBase64Url(publicKey);
  assert(terminalKey !== null, 'a stored device key is base64url');
  const [certificate, noteCertificate] = await Promise.all([issueTillCertificate(deps, merchant), issueTillCertificate(deps, merchant, terminalKey)]);
  return { certificate: toBase64Url(certificate), noteCertificate: toBase64Url(noteCertificate) };
}

function guaranteeOf(wanted: GuaranteeRule, ccy: number): GuaranteeInfo {
  const policy = pursePolicy(ccy);
  const rule = policy === null ? 'none' : wanted;
  return { rule, perPurseMinor: rule === 'none' || policy === null ? 0 : policy.perPurseMinor };
}

/** The ledger account of a party's own money, protocol.md 8.4. */
export function moneyOf(party: Party, merchant: Merchant | null): LedgerAccount {
  return merchant === null ? shopperAccount(party.id) : merchantAccount(merchant.id);
}
