import { toCalibration, toDayFigures } from './calibration.ts';
import { CONTENDERS, type Contender } from './contenders.ts';
import { toContextFigures } from './context-figures.ts';
import { judge, type JudgedDemand } from './demands.ts';
import { toMeanFigures } from './mean-figures.ts';
import { parseOptions, USAGE, type Options } from './options.ts';
import { formatContexts, formatDays, formatDemands, formatTable } from './print-report.ts';
import { formatSample } from './print-sample.ts';
import { runWeek, type Week } from './run-week.ts';
import { ofDay } from './week-figures.ts';
import { DAYS, MONTH_BUDGET_USD, SPENT_BEFORE_USD } from './week-script.ts';
import { TOTAL_TERMS } from './weighted-total.ts';

/** With fewer weeks luck decides. */
const LEAST_SEEDS = 3;

function run(options: Options): Week[] {
  const wants = ({ name }: Contender) => options.only.length === 0 || options.only.some((part) => name.includes(part));
  const weeks: Week[] = [];
  for (const contender of CONTENDERS.filter(wants)) {
    for (let seed = 1; seed <= options.seeds; seed++) weeks.push(runWeek(contender, seed));
    const ms = weeks
      .filter((week) => week.contender === contender)
      .reduce((sum, { computedMs }) => sum + computedMs, 0);
    console.error(`${contender.name}: ${(ms / 1000).toFixed(1)} s`);
  }
  return weeks;
}

function report(weeks: readonly Week[], options: Options, seconds: number): JudgedDemand[] {
  const names = new Set(weeks.map(({ contender }) => contender.name));
  const of = (name: string) => weeks.filter(({ contender }) => contender.name === name);
  const rows = new Map([...names].map((name) => [name, toMeanFigures(of(name))]));
  const outcomes = of('adaptive').flatMap((week) => week.outcomes);
  const contexts = toContextFigures(outcomes);
  const degraded = [...new Set(weeks.flatMap((week) => week.degraded))];
  const demands = judge({ rows, contexts, degraded });
  const days = toDayFigures(outcomes);
  const end = toCalibration(DAYS.slice(-3).flatMap((day) => ofDay(outcomes, day)));
  console.log(`
A week of one person's requests, simulated: ${options.seeds} of different luck, the same for everybody; ${seconds.toFixed(0)} s. $${MONTH_BUDGET_USD} a
month, $${SPENT_BEFORE_USD} of it gone before. "good": true share of good answers, which nobody but the simulation knows. First
token: of streams. Wh: drawn for local answers. "total": ${TOTAL_TERMS.map(({ name, weight }) => `${weight} ${name}`).join(' + ')}, each as
what was used of what the person allows (see weighted-total.ts); less is better. In it: mornings with nothing loaded, a
battery for commutes and meetings, a provider out for three hours on Wednesday, a price doubled from Thursday on, a train
without a network, a hot Friday afternoon.

${formatTable(rows)}

${formatContexts(contexts)}

${formatDays(days)}

Friday to Sunday: first token foreseen at ${ratio(end.firstTokenRatio)} of the true one (median), off by ×${ratio(end.firstTokenFactor)}; cost at ${ratio(end.costRatio)};
quality ${end.qualityPredicted.toFixed(3)} foreseen, ${end.qualityTrue.toFixed(3)} true, off by ${end.qualityError.toFixed(3)} within tenths.

${degraded.length === 0 ? '' : `${degraded.join('\n')}\n\n`}${formatDemands(demands)}
`);
  if (options.sample > 0) for (const name of names) console.log(formatSample(of(name)[0], options.sample));
  const figures = {
    seeds: options.seeds,
    seconds,
    rows: Object.fromEntries(rows),
    contexts,
    days,
    calibration: end,
    demands,
  };
  if (!isJudged(options)) console.log('Not all contenders, or too few weeks: figures to look at, not to judge by.\n');
  console.log(`RESULT ${JSON.stringify(figures)}`);
  return demands;
}

function isJudged({ quick, only, seeds }: Options): boolean {
  return !quick && only.length === 0 && seeds >= LEAST_SEEDS;
}

function ratio(value: number | null): string {
  return value === null ? '-' : value.toFixed(2);
}

/**
 * Runs a simulated week with every strategy and three static policies, and judges the strategies by what they are for.
 * Exit code 1: a demanded figure was missed; 2: the benchmark itself failed.
 */
function main(): number {
  let options: Options;
  try {
    options = parseOptions(process.argv.slice(2));
  } catch (error) {
    console.error(`${String(error)}\n${USAGE}`);
    return 2;
  }
  try {
    const startedMs = performance.now();
    const weeks = run(options);
    const demands = report(weeks, options, (performance.now() - startedMs) / 1000);
    return isJudged(options) && demands.some(({ verdict }) => verdict === 'MISS') ? 1 : 0;
  } catch (error) {
    console.error(error);
    return 2;
  }
}

process.exitCode = main();
