import { parseArgs } from 'node:util';
import { formatDemandList, type Demand } from '../simulation/demand.ts';
import { judge } from './demands.ts';
import { toFigures } from './figures.ts';
import { AFTER, BEFORE, DURING, playChange } from './play-change.ts';
import { formatTable, type ScenarioRun } from './print-report.ts';
import { CHANGED, SCENARIOS } from './scenarios.ts';

const USAGE = 'npm run bench:change -- [--seeds N]   (default 20)';
const DEFAULT_SEEDS = 20;

function parseSeeds(args: string[]): number {
  const { values } = parseArgs({ args, options: { seeds: { type: 'string', default: String(DEFAULT_SEEDS) } } });
  const seeds = Number(values.seeds);
  if (!Number.isInteger(seeds) || seeds < 1) throw new Error(`--seeds ${values.seeds}: a whole number from 1`);
  return seeds;
}

function report(runs: readonly ScenarioRun[], options: { seeds: number; seconds: number }): Demand[] {
  const { seeds, seconds } = options;
  const demands = runs.flatMap(({ scenario, figures }) => (scenario.isJudged ? judge(scenario, figures) : []));
  console.log(`
The best of three endpoints (${CHANGED}) turns bad after ${BEFORE} requests and recovers ${DURING} later, ${AFTER} before the end; usual
settings, ${seeds} runs of different luck, ${seconds.toFixed(0)} s. Each figure: median, worst. "left after": of the fifty requests that follow,
a fifth or less goes there. "share then": of all requests of the bad time but its first fifty. "found after": of the fifty
requests up to there, 60 % of its share before goes there. In brackets: what only shows in some bad answers; not judged.

${formatTable(runs)}

${formatDemandList(demands)}
`);
  const scenarios = runs.map(({ scenario, figures }) => ({
    scenario: scenario.name,
    noticedBy: scenario.noticedBy,
    figures,
  }));
  console.log(`RESULT ${JSON.stringify({ seeds, seconds, scenarios, demands })}`);
  return demands;
}

/** Shows how an endpoint that turns bad is left and found again. Exit code 1: a demanded figure was missed; 2: it failed. */
function main(): number {
  try {
    const seeds = parseSeeds(process.argv.slice(2));
    const startedMs = performance.now();
    const runs = SCENARIOS.map((scenario) => {
      const figures = Array.from({ length: seeds }, (_, place) => toFigures(playChange(scenario, place + 1), CHANGED));
      console.error(
        `${scenario.name} (${scenario.noticedBy}): ${((performance.now() - startedMs) / 1000).toFixed(0)} s`,
      );
      return { scenario, figures };
    });
    const demands = report(runs, { seeds, seconds: (performance.now() - startedMs) / 1000 });
    return demands.some(({ verdict }) => verdict === 'MISS') ? 1 : 0;
  } catch (error) {
    console.error(error);
    console.error(USAGE);
    return 2;
  }
}

process.exitCode = main();
