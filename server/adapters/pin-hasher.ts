/**
 * Argon2id for PINs at the OWASP minimum (19 MiB, 2 passes, 1 lane), off the event loop. The counter is what protects a PIN;
 * this only makes a stolen table slow. Argon2id is the library's default; its enum is ambient and cannot be named here.
 */
import { hash, verify } from '@node-rs/argon2';
import type { PinHasher } from '#server/core/ports.ts';

const COST = { memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;

export const argon2PinHasher: PinHasher = {
  hash: (pin) => hash(pin, COST),
  verify: (phc, pin) => verify(phc, pin),
};
