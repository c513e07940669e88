/**
 * Passkeys in webauthn-json's JSON form: the browser's own conversion where it has one, the package where it has not. Every
 * failure is a code; browsers do not tell a cancelled confirmation from a lost passkey, so neither do we.
 */
import { err, ok } from '#base/result.ts';
import type { Result } from '#base/result.ts';
import type { DeviceError } from '#protocol/errors.ts';

export type PasskeyError = Extract<DeviceError, 'PASSKEY_CANCELLED' | 'PASSKEY_UNSUPPORTED'>;
/** What the server reads whole; here only these two fields are known. */
export type PasskeyAnswer = { readonly id: string; readonly type: 'public-key' };

/** The statics that browsers got in 2025; not in every DOM library. */
type NativeJson = {
  parseCreationOptionsFromJSON?: (options: unknown) => PublicKeyCredentialCreationOptions;
  parseRequestOptionsFromJSON?: (options: unknown) => PublicKeyCredentialRequestOptions;
};

const CONFIRM_TIMEOUT_MS = 120_000;

export function passkeysWork(): boolean {
  return typeof PublicKeyCredential === 'function' && navigator.credentials !== undefined;
}

/** `options`: PublicKeyCredentialCreationOptionsJSON. Gives RegistrationResponseJSON. */
export function createPasskey(options: unknown): Promise<Result<unknown, PasskeyError>> {
  return attempt(async (native) => {
    if (native.parseCreationOptionsFromJSON === undefined) {
      const { create } = await import('@github/webauthn-json');
      return create({ publicKey: options } as Parameters<typeof create>[0]);
    }
    return toJson(await navigator.credentials.create({ publicKey: native.parseCreationOptionsFromJSON(options) }));
  });
}

/** Confirms one challenge (base64url) with one of the account's passkeys. Gives AuthenticationResponseJSON. */
export function confirmWithPasskey(challenge: string, passkeyIds: readonly string[]): Promise<Result<PasskeyAnswer, PasskeyError>> {
  const options = {
    challenge,
    timeout: CONFIRM_TIMEOUT_MS,
    userVerification: 'required',
    allowCredentials: passkeyIds.map((id) => ({ type: 'public-key', id })),
  };
  return attempt(async (native) => {
    if (native.parseRequestOptionsFromJSON === undefined) {
      const { get } = await import('@github/webauthn-json');
      return get({ publicKey: options } as unknown as Parameters<typeof get>[0]);
    }
    return toJson(await navigator.credentials.get({ publicKey: native.parseRequestOptionsFromJSON(options) }));
  });
}

async function attempt(work: (native: NativeJson) => Promise<unknown>): Promise<Result<PasskeyAnswer, PasskeyError>> {
  if (!passkeysWork()) return err('PASSKEY_UNSUPPORTED');
  try {
    const answer = await work(PublicKeyCredential as unknown as NativeJson);
    return answer === null ? err('PASSKEY_CANCELLED') : ok(answer as PasskeyAnswer);
  } catch {
    return err('PASSKEY_CANCELLED');
  }
}

/** toJSON came after the parse functions in some browsers; without it the credential is of no use to the server. */
function toJson(credential: Credential | null): unknown {
  return credential === null ? null : (credential as PublicKeyCredential).toJSON();
}
