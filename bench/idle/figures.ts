/** What the kernel says of a process at one moment. */
export interface IdleSample {
  atMs: number;
  cpuUs: number;
  rssBytes: number;
  /** How often the main thread went to sleep by itself: each time something had woken it before. */
  loopWakeups: number;
  /** The same over all threads. */
  wakeups: number;
}

export interface IdleFigures {
  seconds: number;
  cpuPercent: number;
  /** The most of all samples. */
  rssMb: number;
  loopWakeupsPerSecond: number;
  wakeupsPerSecond: number;
}

const BYTES_PER_MB = 1024 * 1024;

/** The cost of being there between the first sample and the last. Throws a TypeError without two of them. */
export function toFigures(samples: readonly IdleSample[]): IdleFigures {
  const [first] = samples;
  const last = samples.at(-1);
  if (first === undefined || last === undefined || last.atMs <= first.atMs)
    throw new TypeError('Two samples are needed.');
  const seconds = (last.atMs - first.atMs) / 1_000;
  return {
    seconds: round(seconds, 1),
    cpuPercent: round((last.cpuUs - first.cpuUs) / 1e4 / seconds, 3),
    rssMb: round(Math.max(...samples.map(({ rssBytes }) => rssBytes)) / BYTES_PER_MB, 1),
    loopWakeupsPerSecond: round((last.loopWakeups - first.loopWakeups) / seconds, 2),
    wakeupsPerSecond: round((last.wakeups - first.wakeups) / seconds, 2),
  };
}

function round(value: number, places: number): number {
  return Number(value.toFixed(places));
}
