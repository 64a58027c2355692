import { JOB_NAMES, type JobName } from '../../../src-shared/jobs.ts';
import { DISTURBANCES, type Disturbance } from './play-job.ts';

/** How often each is drawn; a third are kills. */
const WEIGHTS: Readonly<Record<Disturbance, number>> = { kill: 4, restart: 1, battery: 3, heat: 2, request: 2 };

/** Over in a few milliseconds: only a blow that is not announced falls into the middle. */
const TOO_SHORT: ReadonlySet<JobName> = new Set(['provider-ranking', 'security-hygiene', 'model-discovery', 'backup']);

/** Long runs take many blows. */
const SHARES: Readonly<Record<JobName, number>> = {
  'security-hygiene': 1,
  backup: 1,
  'database-upkeep': 2,
  'model-discovery': 1,
  'price-refresh': 3,
  'provider-ranking': 1,
  'model-benchmark': 5,
  'shadow-evaluation': 7,
  'offline-training': 4,
};

/** For each of these jobs what shall fall into the middle of its runs: together at least so many. */
export function planDisturbances(options: {
  jobs: readonly JobName[];
  total: number;
  /** In [0, 1). */
  random: () => number;
}): { job: JobName; disturbances: Disturbance[] }[] {
  const { jobs, total, random } = options;
  const shares = jobs.reduce((sum, job) => sum + SHARES[job], 0);
  return JOB_NAMES.filter((job) => jobs.includes(job)).map((job) => {
    const count = Math.ceil((total * SHARES[job]) / shares);
    // Each kind of job is killed, whatever else is drawn.
    const disturbances = Array.from({ length: count }, (_, at) =>
      at === 0 || TOO_SHORT.has(job) ? 'kill' : draw(random),
    );
    return { job, disturbances };
  });
}

function draw(random: () => number): Disturbance {
  const sum = Object.values(WEIGHTS).reduce((total, weight) => total + weight, 0);
  let left = random() * sum;
  return DISTURBANCES.find((each) => (left -= WEIGHTS[each]) < 0) ?? 'kill';
}
