/**
 * WebAuthn by @simplewebauthn/server. It throws for what does not verify; here that is null. Only ES256 and RS256 keys,
 * attestation "none": we trust the user's choice of authenticator and ask only for verification.
 */
import {
  generateRegistrationOptions,
  verifyAuthenticationResponse,
  verifyRegistrationResponse,
  type AuthenticationResponseJSON,
  type RegistrationResponseJSON,
} from '@simplewebauthn/server';
import { assert } from '#base/assert.ts';
import { fromBase64Url, toBase64Url } from '#base/bytes.ts';
import type { PasskeyVerifier } from '#server/core/ports.ts';

const ES256 = -7;
const RS256 = -257;

export function passkeyVerifier(rpName: string): PasskeyVerifier {
  return {
    options: async ({ scene, challenge, userId, userName, known }) => ({
      ...(await generateRegistrationOptions({
        rpName,
        rpID: scene.rpId,
        userName,
        userDisplayName: userName,
        userID: userId,
        challenge,
        attestationType: 'none',
        excludeCredentials: known.map((id) => ({ id })),
        authenticatorSelection: { residentKey: 'preferred', userVerification: 'required' },
        supportedAlgorithmIDs: [ES256, RS256],
      })),
    }),

    register: (response, scene, isChallenge) =>
      nullWhenThrown(async () => {
        const { verified, registrationInfo } = await verifyRegistrationResponse({
          response: response as RegistrationResponseJSON,
          expectedChallenge: isChallenge,
          expectedOrigin: scene.origin,
          expectedRPID: scene.rpId,
          requireUserVerification: true,
          supportedAlgorithmIDs: [ES256, RS256],
        });
        if (!verified) return null;
        const { id, publicKey, counter } = registrationInfo.credential;
        return { id, publicKey: toBase64Url(publicKey), signCount: counter };
      }),

    assert: (response, scene, challenge, passkey) =>
      nullWhenThrown(async () => {
        const publicKey = fromBase64Url(passkey.publicKey);
        assert(publicKey !== null, 'a stored passkey has its key in base64url');
        const { verified, authenticationInfo } = await verifyAuthenticationResponse({
          response: response as AuthenticationResponseJSON,
          expectedChallenge: challenge,
          expectedOrigin: scene.origin,
          expectedRPID: scene.rpId,
          requireUserVerification: true,
          credential: { id: passkey.id, publicKey, counter: passkey.signCount },
        });
        return verified && authenticationInfo.userVerified ? { signCount: authenticationInfo.newCounter } : null;
      }),
  };
}

/** What the library throws is its verdict on a stranger's bytes; nothing in it is for the stranger or for the log. */
async function nullWhenThrown<T>(work: () => Promise<T | null>): Promise<T | null> {
  try {
    return await work();
  } catch {
    return null;
  }
}
