import { toDemand, type Demand } from '../simulation/demand.ts';
import type { IdleFigures } from './figures.ts';

const MOST_CPU_PERCENT = 0.5;
const MOST_RSS_MB = 130;
/**
 * No timer may be faster than a second while nobody watches. One reading of the sensors a second wakes the loop a few
 * times, once for each file; a single timer of 100 ms would already be past this.
 */
const MOST_WAKEUPS_PER_SECOND = 10;

/** What an engine may cost that nobody uses; `label` says how it runs. */
export function judge(label: string, figures: IdleFigures): Demand[] {
  return [
    toDemand({ demand: `${label}: CPU, % of one core`, value: figures.cpuPercent, limit: MOST_CPU_PERCENT }),
    toDemand({ demand: `${label}: RSS, MB, most`, value: figures.rssMb, limit: MOST_RSS_MB }),
    toDemand({
      demand: `${label}: wakeups of the event loop per second`,
      value: figures.loopWakeupsPerSecond,
      limit: MOST_WAKEUPS_PER_SECOND,
    }),
  ];
}
