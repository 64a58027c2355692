import { describe, expect, test } from 'vitest';
import { isPublicAddress } from '../../../src-main/engine/providers/public-address.ts';

describe('an address that is not the public internet', () => {
  test.each([
    ['loopback', '127.0.0.1'],
    ['the end of loopback', '127.255.255.254'],
    ['unspecified', '0.0.0.0'],
    ['this network', '0.1.2.3'],
    ['private, 10/8', '10.0.0.1'],
    ['private, 172.16/12', '172.31.255.255'],
    ['private, 192.168/16', '192.168.1.1'],
    ['shared (CGNAT)', '100.64.0.1'],
    ['metadata at Alibaba, in the shared range', '100.100.100.200'],
    ['link-local', '169.254.0.1'],
    ['metadata at most clouds', '169.254.169.254'],
    ['metadata at Azure', '168.63.129.16'],
    ['metadata at Oracle', '192.0.0.192'],
    ['documentation', '192.0.2.1'],
    ['benchmarking', '198.19.0.1'],
    ['multicast', '224.0.0.1'],
    ['the end of multicast', '239.255.255.255'],
    ['reserved', '250.0.0.1'],
    ['broadcast', '255.255.255.255'],
    ['IPv6 loopback', '::1'],
    ['IPv6 unspecified', '::'],
    ['IPv6 link-local', 'fe80::1'],
    ['IPv6 link-local with its zone', 'fe80::1%lo'],
    ['unique local', 'fd00::1'],
    ['metadata at AWS over IPv6', 'fd00:ec2::254'],
    ['site-local', 'fec0::1'],
    ['IPv6 multicast', 'ff02::1'],
    ['IPv4-mapped loopback', '::ffff:127.0.0.1'],
    ['IPv4-mapped loopback in hexadecimal', '::ffff:7f00:1'],
    ['IPv4-mapped, even public', '::ffff:8.8.8.8'],
    ['IPv4-compatible', '::127.0.0.1'],
    ['translated (NAT64)', '64:ff9b::7f00:1'],
    ['translated for local use', '64:ff9b:1::1'],
    ['6to4 around loopback', '2002:7f00:1::'],
    ['Teredo', '2001::1'],
    ['IPv6 documentation', '2001:db8::1'],
    ['the other IPv6 documentation', '3fff::1'],
    ['a public address with a zone', '2606:4700::1%eth0'],
    ['a name', 'localhost'],
    ['nothing', ''],
    ['an address in brackets', '[2606:4700::1111]'],
    ['IPv4 as one number', '2130706433'],
  ])('%s is refused: %s', (_name, address) => {
    expect(isPublicAddress(address)).toBe(false);
  });
});

describe('an address of the public internet', () => {
  test.each(['8.8.8.8', '1.1.1.1', '100.63.255.255', '100.128.0.1', '172.15.0.1', '172.32.0.1', '192.169.0.1'])(
    '%s is allowed',
    (address) => expect(isPublicAddress(address)).toBe(true),
  );

  test.each(['2606:4700:4700::1111', '2a00:1450:4001:830::200e', '2001:4860:4860::8888'])('%s is allowed', (address) =>
    expect(isPublicAddress(address)).toBe(true),
  );
});
