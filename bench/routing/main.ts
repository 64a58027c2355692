import { collectFigures, type BenchFigures } from './collect-figures.ts';
import { judge, judgeRuns } from './demands.ts';
import { parseOptions, USAGE, type Options } from './options.ts';
import { formatDemands, formatReport } from './print-report.ts';

try {
  const options = parseOptions(process.argv.slice(2), process.env);
  if (options === null) console.log(USAGE);
  else await run(options);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  if (error instanceof TypeError) console.error(`\n${USAGE}`);
  process.exitCode = 1;
}

async function run(options: Options): Promise<void> {
  const startedMs = performance.now();
  const figures = await collectFigures(options);
  const demands = judge(options.set, figures);
  console.log(formatReport(options.set, figures));
  console.log(`\n${formatDemands(demands)}\n\n${((performance.now() - startedMs) / 1000).toFixed(0)} s`);
  console.log(`RESULT ${JSON.stringify(toResult(options, figures))}`);
  if (demands.some(({ met }) => !met)) process.exitCode = 1;
}

function toResult({ set }: Options, figures: BenchFigures): Record<string, unknown> {
  const { main, secondHalf, withoutOdd, speed } = figures;
  return {
    set,
    seeds: main.apgr.count,
    valid: judgeRuns(figures).every(({ met }) => met),
    apgr: main.apgr.mean,
    apgr_sd: main.apgr.sd,
    cpt50: main.cpt50.mean,
    cpt80: main.cpt80.mean,
    apgr_second_half: secondHalf.apgr.mean,
    apgr_x2: withoutOdd?.apgr.mean ?? null,
    us_per_decision: figures.usPerDecision,
    us_decision_40_arms: speed.fortyArmsUs,
    us_learn: speed.learnUs,
    shadow: Object.fromEntries(figures.shadows.map(({ part, curve }) => [part, curve.apgr.mean])),
    random: figures.random.apgr.mean,
    full_information: figures.full.apgr.mean,
    oracle: figures.oracle.apgr.mean,
  };
}
