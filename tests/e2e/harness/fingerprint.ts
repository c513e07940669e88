/** A fingerprint reader that agrees, or does not. */
import type { Page } from '@playwright/test';
import type { Phone } from './phone.ts';

export type Fingerprint = { verifies(yes: boolean): Promise<void> };

export async function addFingerprint(phone: Phone, page: Page): Promise<Fingerprint> {
  const session = await phone.context().newCDPSession(page);
  await session.send('WebAuthn.enable');
  const options = { protocol: 'ctap2', transport: 'internal', hasResidentKey: true, hasUserVerification: true, isUserVerified: true, automaticPresenceSimulation: true } as const;
  const { authenticatorId } = await session.send('WebAuthn.addVirtualAuthenticator', { options });
  return { verifies: async (yes) => void (await session.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified: yes })) };
}
