/** A slow hash of a PIN: PBKDF2-SHA-256. What is kept of it, and how often it may be asked, wallet/offline-user.ts says. */
import { type Bytes, utf8 } from '#base/bytes.ts';

/** OWASP's figure for PBKDF2-SHA-256; about half a second on a slow phone. */
export const PIN_ITERATIONS = 600_000;
const BITS = 128;

export function createStretchPin(subtle: SubtleCrypto, iterations = PIN_ITERATIONS) {
  return async (pin: string, salt: Bytes): Promise<Bytes> => {
    const key = await subtle.importKey('raw', utf8(pin), 'PBKDF2', false, ['deriveBits']);
    return new Uint8Array(await subtle.deriveBits({ name: 'PBKDF2', hash: 'SHA-256', salt, iterations }, key, BITS));
  };
}
