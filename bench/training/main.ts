import { parseArgs } from 'node:util';
import { formatDemandList } from '../simulation/demand.ts';
import { judgeTraining, type ScenarioRuns } from './demands.ts';
import { playScenario, type ScenarioRun } from './play-scenario.ts';
import { playTrainedWeek, type TrainedWeek } from './play-week.ts';
import { formatScenarios, formatWeeks } from './print-report.ts';
import { SCENARIOS } from './worlds.ts';

const USAGE = 'npm run bench:training -- [--weeks N] [--seeds N]   (default 6 and 30)';

function parseOptions(args: string[]): { weeks: number; seeds: number } {
  const { values } = parseArgs({
    args,
    options: { weeks: { type: 'string', default: '6' }, seeds: { type: 'string', default: '30' } },
  });
  const [weeks, seeds] = [Number(values.weeks), Number(values.seeds)];
  if (!Number.isInteger(weeks) || weeks < 0) throw new Error(`--weeks ${values.weeks}: a whole number from 0`);
  if (!Number.isInteger(seeds) || seeds < 1) throw new Error(`--seeds ${values.seeds}: a whole number from 1`);
  return { weeks, seeds };
}

async function playWeeks(count: number): Promise<TrainedWeek[]> {
  const weeks: TrainedWeek[] = [];
  for (let seed = 1; seed <= count; seed += 1) {
    weeks.push(await playTrainedWeek(seed, { promptsKept: seed % 2 === 0 }));
    console.error(`week ${seed} of ${count}`);
  }
  return weeks;
}

async function playScenarios(seeds: number): Promise<ScenarioRuns[]> {
  const all: ScenarioRuns[] = [];
  for (const scenario of SCENARIOS) {
    const runs: ScenarioRun[] = [];
    for (let seed = 1; seed <= seeds; seed += 1) runs.push(await playScenario(scenario, seed));
    console.error(scenario.name);
    all.push({ scenario, runs });
  }
  return all;
}

/** Shows what offline training proposes, and what that is truly worth. Exit code 1: a demanded figure was missed; 2: it failed. */
async function main(): Promise<number> {
  try {
    const options = parseOptions(process.argv.slice(2));
    const startedMs = performance.now();
    const weeks = await playWeeks(options.weeks);
    const scenarios = await playScenarios(options.seeds);
    const demands = judgeTraining({ weeks, scenarios });
    const seconds = (performance.now() - startedMs) / 1000;
    const proposals = weeks.filter(({ proposed }) => proposed).length;
    console.log(`
Proposals in ${proposals} of ${weeks.length} simulated weeks; ${seconds.toFixed(0)} s. Gains in cents a request, of the best other way of learning over the
present one. "true gain": on the decisions that it was judged by. "week after": served by it and by the present one, whether or
not it was proposed.

${formatWeeks(weeks)}

Planted worlds of two endpoints; one request in ten tries the other one.

${formatScenarios(scenarios)}

${formatDemandList(demands)}
`);
    const worlds = scenarios.map(({ scenario: { name, hasBetter, isTold }, runs }) => ({
      name,
      hasBetter,
      isTold,
      runs,
    }));
    console.log(`RESULT ${JSON.stringify({ ...options, seconds, weeks, worlds, demands })}`);
    return demands.some(({ verdict }) => verdict === 'MISS') ? 1 : 0;
  } catch (error) {
    console.error(error);
    console.error(USAGE);
    return 2;
  }
}

process.exitCode = await main();
