import type { PowerReading } from '../../../src-shared/machine.ts';
import { within } from './power-reading.ts';

/** One folder of `/sys/class/power_supply`, as text; null: absent or unreadable. */
export interface Supply {
  /** Mains, Battery, UPS, USB, Wireless… null: could not be read, so it may be anything. */
  type: string | null;
  /** `Device`: it powers a mouse or headset, not this machine. */
  scope: string | null;
  /** Bays of second batteries may be empty. */
  present: boolean | null;
  /** Mains and USB: 0 is unplugged; USB-C tells 2 for a negotiated supply. */
  online: number | null;
  /** Batteries: Charging, Discharging, Not charging, Full, Unknown. */
  status: string | null;
  capacityPercent: number | null;
  /** Same unit within one battery: µWh, or µAh. */
  now: number | null;
  full: number | null;
}

type SupplyReading = Pick<PowerReading, 'source' | 'batteryPercent' | 'charging' | 'hasBattery'>;

/** A few firmwares count a fresh battery a little over what it was built for. */
const OVERFULL_PERCENT = 110;
/** Statuses that a battery has only with a charger on the machine. */
const FED = ['Charging', 'Full', 'Not charging'];

/**
 * What the supplies say together: on battery when there is a battery and no other supply is online; a machine with
 * nothing but mains, or with no supply listed at all, has none. Rules after the kernel's Documentation/ABI/testing/
 * sysfs-class-power, which leaves much to the drivers: whatever does not add up is unknown.
 */
export function judgeSupplies(supplies: readonly Supply[]): SupplyReading {
  const ours = supplies.filter((supply) => supply.scope !== 'Device' && supply.present !== false);
  const builtIn = ours.filter((supply) => supply.type === 'Battery');
  // An uninterruptible supply is a battery to a machine that has none of its own.
  const batteries = builtIn.length > 0 ? builtIn : ours.filter((supply) => supply.type === 'UPS');
  const feeds = ours.filter((supply) => supply.type !== null && !['Battery', 'UPS'].includes(supply.type));
  const hidden = ours.some((supply) => supply.type === null);
  if (batteries.length === 0) {
    if (hidden) return { source: null, batteryPercent: null, charging: null, hasBattery: null };
    return { source: 'ac', batteryPercent: null, charging: false, hasBattery: false };
  }
  return {
    source: feedOf({ batteries, feeds, hidden }),
    batteryPercent: percentOf(batteries),
    charging: isCharging(batteries),
    hasBattery: true,
  };
}

function feedOf(known: { batteries: Supply[]; feeds: Supply[]; hidden: boolean }): PowerReading['source'] {
  if (known.feeds.some((feed) => feed.online !== null && feed.online > 0)) return 'ac';
  const certain = !known.hidden && known.feeds.every((feed) => feed.online !== null);
  // Some tablets, and every UPS, list no feed at all; and a feed that cannot be read tells as little.
  if (certain && known.feeds.length > 0) return 'battery';
  if (known.batteries.some(({ status }) => status === 'Discharging')) return 'battery';
  return known.batteries.every(({ status }) => status !== null && FED.includes(status)) ? 'ac' : null;
}

function isCharging(batteries: readonly Supply[]): boolean | null {
  if (batteries.some(({ status }) => status === 'Charging')) return true;
  const certain = batteries.every(({ status }) => status !== null && status !== 'Unknown');
  return certain ? false : null;
}

/** One battery: what its firmware says. Several: by what each can hold. One that cannot be read spoils the sum. */
function percentOf(batteries: readonly Supply[]): number | null {
  const shares = batteries.map(shareOf);
  if (shares.some((share) => share === null)) return null;
  const known = shares.filter((share) => share !== null);
  const weights = batteries.map(({ full }) => full);
  const weighted = weights.every((full) => full !== null && full > 0);
  let sum = 0;
  let weight = 0;
  known.forEach((share, index) => {
    const each = weighted ? (weights[index] ?? 0) : 1;
    sum += share * each;
    weight += each;
  });
  return Math.min(100, sum / weight);
}

function shareOf({ capacityPercent, now, full }: Supply): number | null {
  const told = within(capacityPercent, 0, OVERFULL_PERCENT);
  if (told !== null) return told;
  return now === null || full === null || full <= 0 ? null : within((100 * now) / full, 0, OVERFULL_PERCENT);
}
