import { generateKeyPairSync, sign } from 'node:crypto';
import { isIPv4 } from 'node:net';

export interface TestCertificate {
  /** PEM, for `tls.createServer`. */
  key: string;
  cert: string;
}

/** A certificate for these host names and IPv4 addresses that vouches for itself (X.509 v3, RFC 5280, ECDSA P-256). */
export function makeCertificate(...hosts: string[]): TestCertificate {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const name = sequence(set(sequence(oid(2, 5, 4, 3), utf8(`test certificate for ${hosts.join(', ')}`))));
  const body = sequence(
    tagged(0, integer(2)),
    integer(1),
    ECDSA_WITH_SHA256,
    name,
    sequence(utcTime('000101000000Z'), utcTime('491231235959Z')),
    name,
    publicKey.export({ type: 'spki', format: 'der' }),
    tagged(3, sequence(authority(), alternativeNames(hosts))),
  );
  const certificate = sequence(body, ECDSA_WITH_SHA256, bits(sign('sha256', body, privateKey)));
  const lines = certificate.toString('base64').replace(/.{64}/g, '$&\n');
  return {
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    cert: `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`,
  };
}

/** It may sign, itself for one: only so it can be trusted as a root. */
function authority(): Buffer {
  return sequence(oid(2, 5, 29, 19), octets(sequence(element(0x01, Buffer.from([0xff])))));
}

function alternativeNames(hosts: readonly string[]): Buffer {
  const names = hosts.map((host) =>
    isIPv4(host) ? element(0x87, Buffer.from(host.split('.').map(Number))) : element(0x82, Buffer.from(host)),
  );
  return sequence(oid(2, 5, 29, 17), octets(sequence(...names)));
}

/** DER (ITU-T X.690): tag, length, content. */
function element(tag: number, ...content: readonly Uint8Array[]): Buffer {
  const bytes = Buffer.concat(content);
  const { length } = bytes;
  if (length < 0x80) return Buffer.concat([Buffer.from([tag, length]), bytes]);
  return Buffer.concat([Buffer.from([tag, 0x82, length >> 8, length & 0xff]), bytes]);
}

const sequence = (...content: Buffer[]): Buffer => element(0x30, ...content);
const set = (...content: Buffer[]): Buffer => element(0x31, ...content);
const tagged = (number: number, content: Buffer): Buffer => element(0xa0 + number, content);
const integer = (value: number): Buffer => element(0x02, Buffer.from([value]));
const octets = (content: Buffer): Buffer => element(0x04, content);
const bits = (content: Buffer): Buffer => element(0x03, Buffer.from([0]), content);
const utf8 = (text: string): Buffer => element(0x0c, Buffer.from(text));
const utcTime = (text: string): Buffer => element(0x17, Buffer.from(text));

function oid(first: number, second: number, ...rest: number[]): Buffer {
  return element(0x06, Buffer.from([first * 40 + second, ...rest.flatMap(base128)]));
}

/** Seven bits a byte, all but the last with the top bit set. */
function base128(value: number): number[] {
  const bytes = [value & 0x7f];
  for (let rest = value >> 7; rest > 0; rest >>= 7) bytes.unshift((rest & 0x7f) | 0x80);
  return bytes;
}

const ECDSA_WITH_SHA256 = sequence(oid(1, 2, 840, 10045, 4, 3, 2));
