import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '../../ports.ts';

/** Joules since it was begun; null: this machine does not tell, or not all the while. */
export type EnergySince = () => Promise<number | null>;

const MICRO = 1e6;

/**
 * Begins to measure what this machine uses, from `root` (`/sys`): on battery by the power it gives, which is the whole
 * machine's, else by the processor packages' own counters (RAPL, Linux powercap), which most systems let only
 * administrators read. Never rejects.
 */
export async function measureEnergy({ root, clock }: { root: string; clock: Clock }): Promise<EnergySince> {
  const startMs = clock.monotonicMs();
  const [wattsBefore, before] = await Promise.all([readDischarge(root), readPackages(root)]);
  return async () => {
    const seconds = (clock.monotonicMs() - startMs) / 1_000;
    if (wattsBefore !== null) {
      const wattsAfter = await readDischarge(root);
      return wattsAfter === null ? null : ((wattsBefore + wattsAfter) / 2) * seconds;
    }
    const after = await readPackages(root);
    return before === null || after === null ? null : joulesBetween(before, after);
  };
}

/** Watts that the batteries give now; null: none gives any, or one does not tell. */
async function readDischarge(root: string): Promise<number | null> {
  const folder = join(root, 'class/power_supply');
  const supplies = await Promise.all((await namesIn(folder)).map((name) => readSupply(join(folder, name))));
  const discharging = supplies.filter((supply) => supply !== null);
  if (discharging.length === 0) return null;
  let watts = 0;
  for (const supply of discharging) {
    if (supply.watts === null) return null;
    watts += supply.watts;
  }
  return watts;
}

async function readSupply(folder: string): Promise<{ watts: number | null } | null> {
  if ((await readText(join(folder, 'status'))) !== 'Discharging') return null;
  const power = await readNumber(join(folder, 'power_now'));
  if (power !== null) return { watts: Math.abs(power) / MICRO };
  const [current, voltage] = await Promise.all([
    readNumber(join(folder, 'current_now')),
    readNumber(join(folder, 'voltage_now')),
  ]);
  return { watts: current === null || voltage === null ? null : (Math.abs(current) / MICRO) * (voltage / MICRO) };
}

interface Package {
  microjoules: number;
  /** The counter begins anew behind it. */
  range: number;
}

/** By zone; null: there are none, or one cannot be read. Zones within packages (`intel-rapl:0:1`) are counted in them. */
async function readPackages(root: string): Promise<Map<string, Package> | null> {
  const folder = join(root, 'class/powercap');
  const zones = (await namesIn(folder)).filter((name) => /^[a-z]+-rapl:\d+$/.test(name));
  const found = new Map<string, Package>();
  for (const zone of zones) {
    const name = await readText(join(folder, zone, 'name'));
    if (name?.startsWith('package') !== true) continue;
    const microjoules = await readNumber(join(folder, zone, 'energy_uj'));
    const range = await readNumber(join(folder, zone, 'max_energy_range_uj'));
    if (microjoules === null || range === null) return null;
    found.set(zone, { microjoules, range });
  }
  return found.size === 0 ? null : found;
}

function joulesBetween(before: ReadonlyMap<string, Package>, after: ReadonlyMap<string, Package>): number | null {
  let microjoules = 0;
  for (const [zone, end] of after) {
    const start = before.get(zone);
    if (start === undefined) return null;
    const used = end.microjoules - start.microjoules;
    microjoules += used < 0 ? used + end.range : used;
  }
  return microjoules / MICRO;
}

async function namesIn(folder: string): Promise<string[]> {
  return readdir(folder).catch(() => []);
}

async function readText(file: string): Promise<string | null> {
  return readFile(file, 'utf8').then(
    (text) => text.trim(),
    () => null,
  );
}

async function readNumber(file: string): Promise<number | null> {
  const text = await readText(file);
  const value = text === null || text === '' ? Number.NaN : Number(text);
  return Number.isFinite(value) ? value : null;
}
