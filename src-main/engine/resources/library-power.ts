import type { PowerReading } from '../../../src-shared/machine.ts';
import type { Clock, Log, PowerEvent, PowerSource } from '../ports.ts';
import { Listeners } from './listeners.ts';
import type { BatteryReport, SystemInformation } from './load-system-information.ts';
import { UNKNOWN_POWER, within } from './power-reading.ts';

export interface LibraryPowerOptions {
  clock: Clock;
  log: Log;
  load: () => Promise<SystemInformation>;
  /** Between two questions: each starts processes (two on macOS, three of PowerShell on Windows). */
  everyMs: number;
  /**
   * May its word on charger and charging be taken? Not on Windows: there it calls a battery that is low (status 4 and 5
   * of Win32_Battery) a charging one.
   */
  believeCharger: boolean;
}

/** Chassis types of SMBIOS 3.7, 7.4.1, as the library spells them, that never hold a battery. */
const STATIONARY = [
  'Desktop',
  'Low Profile Desktop',
  'Pizza Box',
  'Mini Tower',
  'Tower',
  'All in One',
  'Space-Saving',
  'Main System Chassis',
  'Rack Mount Chassis',
  'Sealed-Case PC',
  'Blade',
  'Mini PC',
];
/** An answer is believed until so many questions later. */
const BELIEVED_ROUNDS = 3;

/**
 * Battery through `systeminformation`, where no file tells it. A question takes up to seconds, so readings are those of
 * the last one, unknown once too old. The library answers "no battery, on mains" also when it could not ask: that is
 * believed only of a chassis that cannot have a battery.
 */
export function createLibraryPower(options: LibraryPowerOptions): PowerSource {
  const { clock, everyMs } = options;
  const listeners = new Listeners<PowerEvent>(options.log);
  let library: Promise<SystemInformation> | null = null;
  let stationary: boolean | null = null;
  let last: { reading: PowerReading; atMs: number } | null = null;
  let askedAtMs: number | null = null;
  let problem: unknown = null;

  const ask = async (): Promise<void> => {
    try {
      library ??= options.load();
      const known = await library;
      stationary ??= STATIONARY.includes(await known.chassis());
      const reading = toReading(await known.battery(), { stationary, believeCharger: options.believeCharger });
      const changed = reading.source !== last?.reading.source;
      [last, problem] = [{ reading, atMs: clock.monotonicMs() }, null];
      if (changed) listeners.tell('change');
    } catch (error) {
      problem = error;
    }
  };
  return {
    name: 'systeminformation',
    read() {
      const nowMs = clock.monotonicMs();
      if (askedAtMs === null || nowMs - askedAtMs >= everyMs) {
        askedAtMs = nowMs;
        void ask();
      }
      if (last !== null && nowMs - last.atMs <= BELIEVED_ROUNDS * everyMs) return last.reading;
      if (problem !== null) throw new Error('the battery could not be asked for', { cause: problem });
      return UNKNOWN_POWER;
    },
    subscribe: (listener) => listeners.add(listener),
  };
}

function toReading(report: BatteryReport, trust: { stationary: boolean; believeCharger: boolean }): PowerReading {
  if (!report.hasBattery) {
    return trust.stationary ? { ...UNKNOWN_POWER, hasBattery: false, source: 'ac', charging: false } : UNKNOWN_POWER;
  }
  // A percentage that was not told arrives as 0; at a true 0 nothing runs.
  const batteryPercent = within(report.percent, 1, 100);
  if (!trust.believeCharger) return { ...UNKNOWN_POWER, hasBattery: true, batteryPercent };
  const source = report.acConnected ? 'ac' : 'battery';
  return { ...UNKNOWN_POWER, hasBattery: true, batteryPercent, source, charging: report.charging };
}
