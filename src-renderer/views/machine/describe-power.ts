import type { ResourceSnapshot } from '../../../src-shared/machine.ts';
import { formatPercent } from '../../format/number.ts';
import { formatDuration } from '../../format/time.ts';
import { t } from '../../strings/t.ts';

interface PowerLine {
  label: string;
  /** null: unknown. */
  text: string | null;
  /** It stands in the way of local work. */
  isBad?: boolean;
}

/** What is known of power, heat, the person and the network, line by line. */
export function describePower({ power, headless }: ResourceSnapshot): PowerLine[] {
  const words = t.machine.power;
  const { source, thermal, speedLimitPercent, userIdleMs, screenLocked, online, hasBattery } = power;
  const idleFor = formatDuration(userIdleMs);
  return [
    { label: words.source, text: source === null ? null : words.sources[source] },
    ...(hasBattery === false ? [{ label: words.battery, text: words.noBattery }] : []),
    {
      label: words.thermal,
      text: thermal === null ? null : words.thermals[thermal],
      isBad: thermal === 'serious' || thermal === 'critical',
    },
    {
      label: words.speed,
      text: speedInWords(speedLimitPercent),
      isBad: speedLimitPercent !== null && speedLimitPercent < 100,
    },
    { label: words.idle, text: idleFor === null ? null : words.idleFor(idleFor) },
    { label: words.screen, text: choose(screenLocked, words.locked, words.unlocked) },
    { label: words.session, text: choose(headless, words.headless, words.attended) },
    { label: words.network, text: networkInWords(power), isBad: online === false },
  ];
}

function speedInWords(speedLimitPercent: number | null): string | null {
  const words = t.machine.power;
  const percent = formatPercent(speedLimitPercent);
  if (speedLimitPercent === null || percent === null) return null;
  return speedLimitPercent < 100 ? words.heldBack(percent) : words.fullSpeed;
}

function networkInWords({ online, metered }: ResourceSnapshot['power']): string | null {
  const words = t.machine.power;
  const there = choose(online, words.online, words.offline);
  return there !== null && metered === true ? `${there}, ${words.metered}` : there;
}

function choose(value: boolean | null, whenTrue: string, whenFalse: string): string | null {
  if (value === null) return null;
  return value ? whenTrue : whenFalse;
}
