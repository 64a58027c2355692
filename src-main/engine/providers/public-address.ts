import { BlockList, isIP } from 'node:net';

/** IPv4 that is not the public internet: the IANA special-purpose registry (RFC 6890), and the metadata service of Azure. */
const NOT_PUBLIC_IPV4: readonly [string, number][] = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['168.63.129.16', 32],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 3],
];

/** Inside global unicast: protocol assignments with Teredo, documentation, 6to4 (which carries an IPv4 address). */
const NOT_PUBLIC_IPV6: readonly [string, number][] = [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
];

const notPublicIpv4 = toBlockList(NOT_PUBLIC_IPV4, 'ipv4');
const notPublicIpv6 = toBlockList(NOT_PUBLIC_IPV6, 'ipv6');
/** All that IANA has given out for unicast; loopback, mapped, translated, local and multicast addresses are outside. */
const globalUnicast = toBlockList([['2000::', 3]], 'ipv6');

/**
 * True for an address on the public internet. False for loopback, private, link-local, unique-local, shared (CGNAT),
 * multicast, unspecified, reserved and metadata addresses, for IPv6 forms that hold an IPv4 address, and for what is no
 * plain address at all.
 */
export function isPublicAddress(address: string): boolean {
  const family = address.includes('%') ? 0 : isIP(address);
  if (family === 4) return !notPublicIpv4.check(address, 'ipv4');
  return family === 6 && globalUnicast.check(address, 'ipv6') && !notPublicIpv6.check(address, 'ipv6');
}

function toBlockList(subnets: readonly [string, number][], family: 'ipv4' | 'ipv6'): BlockList {
  const list = new BlockList();
  for (const [network, prefix] of subnets) list.addSubnet(network, prefix, family);
  return list;
}
