import { networkInterfaces } from 'node:os';

const LOOPBACK_V4 = /^127(?:\.\d{1,3}){3}$/;

/**
 * Does a server at this origin run on this machine: on loopback, or on an address of its own interfaces? A name other than
 * `localhost` may mean anybody.
 */
export function isThisMachine(origin: string, ownAddresses: ReadonlySet<string>): boolean {
  if (!URL.canParse(origin)) return false;
  const host = new URL(origin).hostname.replace(/^\[|\]$/g, '');
  if (host === 'localhost' || host === '::1' || host === '0.0.0.0' || host === '::') return true;
  return LOOPBACK_V4.test(host) || ownAddresses.has(host);
}

/** As they are now; a laptop's change with the network it is in. */
export function readOwnAddresses(): ReadonlySet<string> {
  return new Set(Object.values(networkInterfaces()).flatMap((each) => (each ?? []).map(({ address }) => address)));
}
