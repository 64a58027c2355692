import { createSeededRandom } from '../../../src-main/demo/seeded-random.ts';
import type { JobName } from '../../../src-shared/jobs.ts';
import { planDisturbances } from './plan-disturbances.ts';
import { DISTURBANCES, playJob, type Disturbance, type PlayedJob } from './play-job.ts';
import { startWorld, type World } from './world.ts';

export interface DisturbedJob {
  job: JobName;
  planned: number;
  played: PlayedJob;
  /** What differs from as many runs that nobody disturbed, and whatever else is wrong; sentences. */
  wrong: string[];
}

/** How often an undisturbed run is timed; the last time counts, when everything is warm. */
const WARM_RUNS = 3;
const MOST_TOLD = 5;

/** Which jobs the engine has; those of other versions are not played. */
export async function readJobs(world: World): Promise<JobName[]> {
  const engine = await world.start(world.copyFolder());
  const { jobs } = await engine.call('jobs.read', {});
  await engine.stop();
  return jobs.map(({ name }) => name);
}

/** Disturbs every kind of job, in so many worlds at a time. Seeded: the same blows are planned every time. */
export async function measureDisturbed(options: {
  total: number;
  seed: number;
  lanes: number;
}): Promise<DisturbedJob[]> {
  const { total, seed, lanes } = options;
  const worlds = await Promise.all(Array.from({ length: lanes }, () => startWorld({ seed })));
  try {
    const [first] = worlds;
    const jobs = first === undefined ? [] : await readJobs(first);
    const plan = planDisturbances({ jobs, total, random: createSeededRandom('plan', seed) });
    // The longest first, so that no lane is left with it alone.
    const waiting = plan.toSorted((one, other) => other.disturbances.length - one.disturbances.length);
    const done: DisturbedJob[] = [];
    await Promise.all(
      worlds.map(async (world) => {
        for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
          done.push(await disturbJob({ world, seed, ...next }));
        }
      }),
    );
    return plan.flatMap(({ job }) => done.filter((each) => each.job === job));
  } finally {
    await Promise.all(worlds.map((world) => world.stop()));
  }
}

/** One kind of job, disturbed, against as many runs of it that nobody disturbed. */
export async function disturbJob(options: {
  world: World;
  job: JobName;
  disturbances: readonly Disturbance[];
  seed: number;
}): Promise<DisturbedJob> {
  const { world, job, disturbances, seed } = options;
  const random = createSeededRandom('moments', seed, job);
  const warm = await playJob({ world, job, disturbances: [], random, runs: isOnce(job) ? 1 : WARM_RUNS });
  const played = await playJob({ world, job, disturbances, random, usualMs: warm.durationMs });
  const runs = played.runs;
  const undisturbed = runs === warm.runs ? warm : await playJob({ world, job, disturbances: [], random, runs });
  return { job, planned: disturbances.length, played, wrong: [...played.wrong, ...compare(played, undisturbed)] };
}

/** A second run would find nothing to do. */
function isOnce(job: JobName): boolean {
  return job === 'shadow-evaluation';
}

function compare(played: PlayedJob, undisturbed: PlayedJob): string[] {
  const { job, facts, money, cloudCalls, hits } = played;
  const wrong: string[] = [];
  for (const name of ['results', 'findings', 'proposals'] as const) {
    const [extra, missing] = differences(facts[name], undisturbed.facts[name]);
    if (extra !== '' || missing !== '') wrong.push(`${job}: ${name}: too many: ${extra}; missing: ${missing}.`);
  }
  for (const name of ['found', 'intactBackups', 'learned'] as const) {
    const due = undisturbed.facts[name];
    if (facts[name] !== due) wrong.push(`${job}: ${name} is ${facts[name]}, and undisturbed ${due}.`);
  }
  // What was under way when the engine was killed, the cloud may bill without anybody knowing.
  const unbooked = cloudCalls - money.calls;
  if (unbooked < 0 || unbooked > hits.kill)
    wrong.push(`${job}: the cloud was called ${cloudCalls} times, ${money.calls} calls are booked.`);
  return wrong;
}

/** What one list has more often than the other, and the other way round; the first few of each. */
function differences(is: readonly string[], due: readonly string[]): [string, string] {
  const surplus = (one: readonly string[], other: readonly string[]) => {
    const left = [...other];
    const more = one.filter((each) => {
      const place = left.indexOf(each);
      if (place !== -1) left.splice(place, 1);
      return place === -1;
    });
    return more.length > MOST_TOLD ? `${more.slice(0, MOST_TOLD).join(', ')} and more` : more.join(', ');
  };
  return [surplus(is, due), surplus(due, is)];
}

export interface DisturbedFigures {
  disturbances: number;
  byKind: Record<Disturbance, number>;
  killsOfFewest: number;
  wrong: string[];
  unbookedCalls: number;
}

export function toDisturbedFigures(done: readonly DisturbedJob[]): DisturbedFigures {
  const sum = (of: (each: DisturbedJob) => number) => done.reduce((total, each) => total + of(each), 0);
  const byKind = Object.fromEntries(DISTURBANCES.map((kind) => [kind, sum(({ played }) => played.hits[kind])]));
  return {
    disturbances: sum(({ played }) => Object.values(played.hits).reduce((one, other) => one + other, 0)),
    byKind: byKind as Record<Disturbance, number>,
    killsOfFewest: Math.min(...done.map(({ played }) => played.hits.kill)),
    wrong: done.flatMap(({ wrong }) => wrong),
    unbookedCalls: sum(({ played }) => played.cloudCalls - played.money.calls),
  };
}
