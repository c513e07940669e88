/** Which address counts as one caller's. Pure. */
import { isIPv6 } from 'node:net';

const MAPPED = /^0:0:0:0:0:ffff:/;

/**
 * Of IPv6 the first half: a household has the other half to itself, and whoever has taken a new address for each request would never be
 * counted twice. IPv4 that comes as IPv6 is the IPv4 that it is, or all of it would count as one.
 */
export function countedAs(address: string): string {
  const plain = address.replace(/%.*$/, '');
  if (!isIPv6(plain)) return address;
  const groups = groupsOf(plain);
  return MAPPED.test(groups.join(':')) ? dotted(groups.slice(6)) : `${groups.slice(0, 4).join(':')}::/64`;
}

/** All eight of them, in one spelling: as a URL has them, which knows the dotted form too. */
function groupsOf(address: string): string[] {
  const [before = [], after = []] = new URL(`http://[${address}]`).hostname.slice(1, -1).split('::').map((part) => part.split(':').filter(Boolean));
  return [...before, ...Array.from({ length: 8 - before.length - after.length }, () => '0'), ...after];
}

function dotted(groups: readonly string[]): string {
  return groups.map((group) => Number.parseInt(group, 16)).flatMap((group) => [group >> 8, group & 255]).join('.');
}
