import { parseArgs } from 'node:util';
import { formatDemandList, type Demand } from '../simulation/demand.ts';
import { BALANCED, CONTENDERS } from './contenders.ts';
import { judge } from './demands.ts';
import { toAgentFigures, type AgentFigures } from './figures.ts';
import { playAll } from './play-all.ts';
import type { PlayedSession } from './play-session.ts';
import { formatSessions, formatTable } from './print-report.ts';

const USAGE = 'npm run bench:agents -- [--seeds N]   (default 5)';
const DEFAULT_SEEDS = 5;

function parseSeeds(args: string[]): number {
  const { values } = parseArgs({ args, options: { seeds: { type: 'string', default: String(DEFAULT_SEEDS) } } });
  const seeds = Number(values.seeds);
  if (!Number.isInteger(seeds) || seeds < 1) throw new Error(`--seeds ${values.seeds}: a whole number from 1`);
  return seeds;
}

function report(options: {
  rows: ReadonlyMap<string, readonly AgentFigures[]>;
  sample: readonly PlayedSession[];
  seeds: number;
  seconds: number;
}): Demand[] {
  const { rows, sample, seeds, seconds } = options;
  const demands = CONTENDERS.filter(({ isJudged }) => isJudged).flatMap(({ name }) => judge(name, rows));
  console.log(`
Twenty sessions of a coding agent, thirty tool turns each, five of them with a step that only the strong model can do;
${seeds} of different luck, ${seconds.toFixed(0)} s. Half speak OpenAI, half Anthropic with signed thinking; histories are sent whole. Three at
a time, after forty ordinary requests. The cap per request is off (null), as a user of agents sets it: a long prompt
costs more in the cloud than its default of $0.01. "cached": of prompt tokens; caches live five minutes. "stays": of the
turns without a cause to leave. "escalated after": turns from getting stuck to the strong model, session by session.

${formatTable(rows)}

The first seed under ${BALANCED}: w and S useful turns of the weak and the strong model, - and _ useless ones, ^ escalated.
${formatSessions(sample)}

${formatDemandList(demands)}
`);
  console.log(`RESULT ${JSON.stringify({ seeds, seconds, rows: Object.fromEntries(rows), demands })}`);
  return demands;
}

/** Plays agents' sessions with everybody. Exit code 1: a demanded figure was missed; 2: the benchmark itself failed. */
function main(): number {
  try {
    const seeds = parseSeeds(process.argv.slice(2));
    const startedMs = performance.now();
    const rows = new Map<string, AgentFigures[]>();
    let sample: readonly PlayedSession[] = [];
    for (const contender of CONTENDERS) {
      for (let seed = 1; seed <= seeds; seed++) {
        const sessions = playAll(contender, seed);
        if (contender.name === BALANCED && seed === 1) sample = sessions;
        rows.set(contender.name, [...(rows.get(contender.name) ?? []), toAgentFigures(sessions)]);
      }
      console.error(`${contender.name}: ${((performance.now() - startedMs) / 1000).toFixed(0)} s`);
    }
    const demands = report({ rows, sample, seeds, seconds: (performance.now() - startedMs) / 1000 });
    return demands.some(({ verdict }) => verdict === 'MISS') ? 1 : 0;
  } catch (error) {
    console.error(error);
    console.error(USAGE);
    return 2;
  }
}

process.exitCode = main();
