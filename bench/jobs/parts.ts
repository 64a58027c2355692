import { join } from 'node:path';
import { formatRows } from '../simulation/format-rows.ts';
import { formatGain } from '../simulation/shadow/format-gain.ts';
import type { Demand } from '../simulation/demand.ts';
import { judgeKills, judgeLatency, judgeNight, judgePreemption, judgeResources, judgeShadow } from './demands.ts';
import { measureDisturbed, toDisturbedFigures } from './disturb/measure-disturbed.ts';
import { measureLatency, toLatencyFigures } from './measure-latency.ts';
import { CLOSINGS, measureInLanes, toPreemptionFigures } from './measure-preemption.ts';
import { measureClosed, measureWorking } from './measure-resources.ts';
import { measureShadow } from './measure-shadow.ts';
import { formatNight, playNight } from './night/play-night.ts';
import type { Options, PartName } from './options.ts';
import { formatCoverage, formatDisturbed, formatPreemption } from './print-report.ts';

export interface Measured {
  /** For people. */
  text: string;
  /** For programs. */
  figures: object;
  demands: Demand[];
}

interface Given extends Pick<Options, 'quick' | 'seed'> {
  folder: string;
}

/** What each part measures; see CONTRIBUTING. */
export const PART_WORK: Readonly<Record<PartName, (given: Given) => Promise<Measured>>> = {
  async night() {
    const { timeline, units, ringsWhileClosed } = await playNight();
    const twice = units.length - new Set(units).size;
    return {
      text: `A laptop's night, on a clock that a script moves\n${formatNight(timeline)}`,
      figures: { rows: timeline.length, units: units.length, twice, timersWhileClosed: ringsWhileClosed.length },
      demands: judgeNight({ twice }),
    };
  },
  async preempt({ folder, quick }) {
    const trials = await measureInLanes({ folder, trials: quick ? 30 : 200, lanes: 2 });
    const figures = toPreemptionFigures(trials);
    const byClosing = CLOSINGS.map((closing) => ({
      closing,
      ...toPreemptionFigures(trials.filter((trial) => trial.closing === closing)),
    }));
    const title = 'A job gives way: milliseconds from the closing of the gate (median, 99th percentile)';
    return {
      text: `${title}\n${formatPreemption([...byClosing, { closing: 'all', ...figures }])}`,
      figures,
      demands: judgePreemption(figures),
    };
  },
  async latency({ folder, quick }) {
    const cacheFolder = join(folder, 'cache');
    const figures = toLatencyFigures(
      await measureLatency({ folder: join(folder, 'latency'), cacheFolder, pairs: quick ? 6 : 20 }),
    );
    const rows = [
      ['first token of a request, ms (medians)', 'alone', 'job at work', 'added', 'added, 90th percentile'],
      [
        `${figures.pairs} pairs`,
        ...[figures.aloneMs, figures.withJobMs, figures.addedMs, figures.addedP90Ms].map(String),
      ],
    ];
    const about =
      'The server answers one request at a time, and job and request want the same model: without giving way the request would wait for the whole answer.';
    return { text: `${formatRows(rows)}\n${about}`, figures, demands: judgeLatency(figures) };
  },
  async resources({ folder, quick }) {
    const cacheFolder = join(folder, 'cache');
    const working = await measureWorking({ folder: join(folder, 'working'), cacheFolder, seconds: quick ? 3 : 8 });
    const closed = await measureClosed({ folder, cacheFolder, seconds: quick ? 15 : 60, enginesOfEach: 2 });
    const text = formatRows([
      ['resources', 'CPU', 'memory, MB', 'wake-ups of the loop a second'],
      [`jobs at work (${working.seconds} s), % of the machine`, `${working.cpuPercent} %`, `${working.rssMb}`, ''],
      [
        `gate closed (${closed.seconds} s), % of a core`,
        `${closed.withJobsPercent} %`,
        '',
        `${closed.withJobsWakeupsPerSecond}`,
      ],
      ['without background work', `${closed.withoutPercent} %`, '', `${closed.withoutWakeupsPerSecond}`],
      ['difference', `${closed.jobsPercent} %`, '', ''],
    ]);
    return { text, figures: { working, closed }, demands: judgeResources({ working, closed }) };
  },
  async shadow({ quick }) {
    const figures = await measureShadow({ weeks: quick ? 10 : 100, gainSeeds: quick ? 1 : 3 });
    return {
      text: `${formatCoverage(figures)}\n\n${formatGain(figures.gain)}`,
      figures,
      demands: judgeShadow(figures),
    };
  },
  async kills({ quick, seed }) {
    const done = await measureDisturbed({ total: quick ? 20 : 200, seed, lanes: 2 });
    const figures = toDisturbedFigures(done);
    const text = [formatDisturbed(done), ...figures.wrong.map((sentence) => `WRONG  ${sentence}`)].join('\n');
    return { text, figures, demands: judgeKills(figures, { least: quick ? 20 : 200 }) };
  },
};
