/** The phones of a desk: each has a host of its own, `<name>.chit.localhost`. Elsewhere there are no faults. */
export const PHONES = ['shopper', 'till', 'till2', 'twin'] as const;
export type PhoneName = (typeof PHONES)[number];

const DOMAIN = '.chit.localhost';

/** Null where no phone of a desk is. */
export function phoneAt(hostname: string): PhoneName | null {
  return PHONES.find((name) => `${name}${DOMAIN}` === hostname) ?? null;
}
