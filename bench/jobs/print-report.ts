import { formatRows } from '../simulation/format-rows.ts';
import type { CoverageFigures } from '../simulation/shadow/measure-coverage.ts';
import type { DisturbedJob } from './disturb/measure-disturbed.ts';
import { DISTURBANCES } from './disturb/play-job.ts';
import type { PreemptionFigures } from './measure-preemption.ts';

export function formatPreemption(rows: readonly (PreemptionFigures & { closing: string })[]): string {
  const pair = ({ p50, p99 }: { p50: number; p99: number }) => `${p50}, ${p99}`;
  return formatRows([
    ['closed by', 'trials', 'call broken off', 'unit ended', 'both', 'both, from the cause', 'models unloaded'],
    ...rows.map((row) => [
      row.closing,
      String(row.trials),
      ...[row.cancelledMs, row.endedMs, row.bothMs, row.fromCauseMs, row.unloadedMs].map(pair),
    ]),
  ]);
}

export function formatCoverage({ demo, mixed }: { demo: CoverageFigures; mixed: CoverageFigures }): string {
  const percent = (share: number) => `${(share * 100).toFixed(1)} %`;
  const row = (name: string, figures: CoverageFigures) => [
    name,
    String(figures.weeks),
    ...[figures.quality, figures.money, figures.best, figures.bias, figures.width].map(percent),
    figures.judgedPerWeek.toFixed(0),
  ];
  return formatRows([
    ['shadow evaluation', 'weeks', 'quality held', 'money held', 'best held', 'bias', 'width', 'judged a week'],
    row('demo engines', demo),
    row('mixed work, a judge that errs', mixed),
  ]);
}

export function formatDisturbed(done: readonly DisturbedJob[]): string {
  return formatRows([
    ['blows in the middle of', ...DISTURBANCES, 'too late', 'runs', 'units of one', 'not as undisturbed'],
    ...done.map(({ job, played, wrong }) => [
      job,
      ...DISTURBANCES.map((kind) => String(played.hits[kind])),
      ...[played.misses, played.runs, played.units, wrong.length].map(String),
    ]),
  ]);
}
