/**
 * Keys and signatures out of the seed. Every key is a real P-256 key. `real`: signatures by RFC 6979, verified by node:crypto.
 * `fast`: a signature is a MAC that only this key ring can make and check, 64 bytes too; what depends on the curve (another
 * valid signature of the same message, a point that is none) is not met then. A share of all seeds runs `real`.
 */
import { hash } from 'node:crypto';
import { concat, type Bytes } from '#base/bytes.ts';
import type { Es256Signer, Es256Verifier } from '#protocol/objects.ts';
import { nodeVerifier, testKey } from '../fixtures/protocol-keys.ts';

export type Keyring = {
  readonly verifier: Es256Verifier;
  /** The same name gives the same key. */
  signer(name: string): Es256Signer;
};

export function keyringOf(seed: string, kind: 'real' | 'fast'): Keyring {
  return kind === 'real' ? { verifier: nodeVerifier, signer: (name) => testKey(`${seed} ${name}`) } : fastKeyring(seed);
}

function fastKeyring(seed: string): Keyring {
  const secrets = new Map<string, Bytes>();
  return {
    signer(name) {
      const { secret, publicKey } = testKey(`${seed} ${name}`);
      secrets.set(nameOf(publicKey), secret);
      return { publicKey, sign: async (message) => mac(secret, message) };
    },
    verifier: {
      async verify(publicKey, message, signature) {
        const secret = secrets.get(nameOf(publicKey));
        return secret !== undefined && Buffer.compare(mac(secret, message), signature) === 0;
      },
    },
  };
}

function mac(secret: Bytes, message: Bytes): Bytes {
  return new Uint8Array(hash('sha512', concat(secret, message), 'buffer'));
}

function nameOf(publicKey: Bytes): string {
  return Buffer.from(publicKey.buffer, publicKey.byteOffset, publicKey.length).toString('latin1');
}
