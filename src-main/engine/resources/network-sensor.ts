import { access, readFile } from 'node:fs/promises';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import type { Sensor } from './sensor.ts';

/** Addresses a network card gives itself when nobody answers, and those of the machine alone. */
const SELF_GIVEN = /^(169\.254\.|fe[89ab])/i;
const EVERY_MS = 2_000;

export interface Interfaces {
  /** Names with an address that others can reach. */
  addressed: readonly string[];
}

export interface NetworkReaders {
  interfaces: () => Interfaces;
  /** Linux: is there a way out of the local net? null: cannot be known. */
  hasDefaultRoute: () => Promise<boolean | null>;
  /** Linux: does it belong to hardware (and not to a container bridge)? Elsewhere always true. */
  isHardware: (name: string) => Promise<boolean>;
}

/**
 * False is certain: no way out and no addressed hardware. True: there is a network, whatever is at its far end. With an
 * address but no way out it is unknown: a proxy in the local net may lead on.
 */
export function createNetworkSensor(readers: NetworkReaders): Sensor<boolean | null> {
  return {
    name: 'network',
    everyMs: EVERY_MS,
    async read() {
      const { addressed } = readers.interfaces();
      const routed = await readers.hasDefaultRoute();
      if (routed === true) return addressed.length > 0;
      const hardware = await Promise.all(addressed.map((name) => readers.isHardware(name)));
      if (!hardware.includes(true)) return false;
      return routed === null ? true : null;
    },
    inspect: (value) => (value === null ? 'empty' : 'ok'),
  };
}

export function networkReadersOf(options: { platform: string; procFolder: string; sysRoot: string }): NetworkReaders {
  const { platform, procFolder, sysRoot } = options;
  if (platform !== 'linux') {
    const yes = () => Promise.resolve(true);
    return { interfaces: addressedInterfaces, hasDefaultRoute: () => Promise.resolve(null), isHardware: yes };
  }
  return {
    interfaces: addressedInterfaces,
    hasDefaultRoute: async () => {
      const four = await readFile(join(procFolder, 'net/route'), 'utf8').catch(() => null);
      const six = await readFile(join(procFolder, 'net/ipv6_route'), 'utf8').catch(() => null);
      return four === null && six === null ? null : hasDefaultRoute({ four: four ?? '', six: six ?? '' });
    },
    isHardware: (name) =>
      access(join(sysRoot, 'class/net', name, 'device')).then(
        () => true,
        () => false,
      ),
  };
}

/** Is there a default route (destination and mask of zero, up, not on loopback) in either of the kernel's tables? */
export function hasDefaultRoute(tables: { four: string; six: string }): boolean {
  const four = tables.four.split('\n').map((line) => line.trim().split(/\s+/));
  const six = tables.six.split('\n').map((line) => line.trim().split(/\s+/));
  const isUp = (flags: string | undefined) => (Number.parseInt(flags ?? '0', 16) & 1) === 1;
  return (
    four.some((row) => row[1] === '00000000' && row[7] === '00000000' && isUp(row[3])) ||
    six.some((row) => /^0{32}$/.test(row[0] ?? '') && row[1] === '00' && row[9] !== 'lo' && isUp(row[8]))
  );
}

function addressedInterfaces(): Interfaces {
  const addressed = Object.entries(networkInterfaces())
    .filter(([, addresses]) => addresses?.some((each) => !each.internal && !SELF_GIVEN.test(each.address)) === true)
    .map(([name]) => name);
  return { addressed };
}
