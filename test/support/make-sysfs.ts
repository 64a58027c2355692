import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

/** Content of a file; "unreadable": it is there, but reading it fails, as some drivers' files do. */
export type SysfsEntry = string | number;
export type SysfsFolder = Readonly<Record<string, SysfsEntry>>;

export interface Sysfs {
  root: string;
  /** Writes files of one device again, or for the first time. */
  set(device: string, files: SysfsFolder): void;
  remove(device: string): void;
}

const POWER = 'class/power_supply';

/** A `/sys` in a temporary folder with these devices (`power_supply/BAT0`, `thermal/thermal_zone0`), gone with the test. */
export function makeSysfs(devices: Readonly<Record<string, SysfsFolder>>): Sysfs {
  const root = mkdtempSync(join(tmpdir(), 'pointsman-sysfs-'));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  mkdirSync(join(root, POWER), { recursive: true });
  const sysfs: Sysfs = {
    root,
    set(device, files) {
      for (const [name, entry] of Object.entries(files)) writeEntry(join(root, 'class', device, name), entry);
    },
    remove: (device) => rmSync(join(root, 'class', device), { recursive: true, force: true }),
  };
  for (const [device, files] of Object.entries(devices)) sysfs.set(device, files);
  return sysfs;
}

/** Root may read every file whatever its mode: a folder in its place fails for everybody. */
function writeEntry(path: string, entry: SysfsEntry): void {
  rmSync(path, { recursive: true, force: true });
  mkdirSync(join(path, '..'), { recursive: true });
  if (entry === 'unreadable') mkdirSync(path);
  else writeFileSync(path, `${entry}\n`);
}

export const MAINS_ON: SysfsFolder = { type: 'Mains', online: 1 };
export const MAINS_OFF: SysfsFolder = { type: 'Mains', online: 0 };

/** A battery as ACPI lists it, in µWh. */
export function battery(status: string, percent: number, fullMicroWh = 50_000_000): SysfsFolder {
  return {
    type: 'Battery',
    present: 1,
    status,
    capacity: percent,
    energy_full: fullMicroWh,
    energy_now: Math.round((fullMicroWh * percent) / 100),
  };
}
