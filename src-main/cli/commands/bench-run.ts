import { setTimeout as sleep } from 'node:timers/promises';
import type { JobsView, JobView, RunView } from '../../../src-shared/jobs.ts';
import { ControlClient } from '../control-client.ts';
import { CommandError } from '../run-command.ts';
import { watchForStop } from '../watch-for-stop.ts';
import { printBenchmarks } from './bench.ts';

const EVERY_MS = 1_000;
const CLEAR_LINE = '\r\u001B[K';
/** Broken off by Ctrl-C, as shells have it. */
const INTERRUPTED = 130;

interface BenchRunOptions {
  json?: boolean;
  /** Between two looks at how it goes. */
  everyMs?: number;
}

/** `pointsman bench run [model]`: starts it and follows it to its end. */
export async function runBenchmark(model: string | undefined, options: BenchRunOptions): Promise<void> {
  const client = ControlClient.open();
  const begun = jobOf(await client.call('benchmarks.run', model === undefined ? {} : { model }));
  const id = begun?.current?.id ?? begun?.last?.id;
  if (id === undefined) throw new CommandError('The measurement did not begin. Look why with: pointsman jobs');
  const shows = options.json !== true;
  const stop = watchForStop();
  const run = await follow({ client, id, shows, stopped: stop.stopped, everyMs: options.everyMs ?? EVERY_MS });
  stop.dismiss();
  if (run === null) {
    process.stderr.write('It goes on without this command. End it with: pointsman jobs cancel model-benchmark\n');
    process.exitCode = INTERRUPTED;
    return;
  }
  const { benchmarks } = await client.call('benchmarks.list', {});
  if (shows) {
    console.log(run.found ?? run.problem ?? `It ended: ${run.state}.`);
    console.log('');
    printBenchmarks(benchmarks);
  } else console.log(JSON.stringify({ run, benchmarks }, null, 2));
  if (run.state !== 'done') process.exitCode = 1;
}

/** The run at its end; null: the person does not want to wait any longer. */
async function follow(parts: {
  client: ControlClient;
  id: string;
  shows: boolean;
  stopped: Promise<void>;
  everyMs: number;
}): Promise<RunView | null> {
  const ended = new AbortController();
  void parts.stopped.then(() => ended.abort());
  const show = progressPrinter(parts.shows);
  while (!ended.signal.aborted) {
    const job = jobOf(await parts.client.call('jobs.read', {}));
    if (job?.current?.id !== parts.id) {
      show(null);
      return job?.last?.id === parts.id ? job.last : await find(parts);
    }
    show(describe(job.current, job.waitsFor));
    // Being stopped while it waits is one way for this to end.
    await sleep(parts.everyMs, null, { signal: ended.signal }).catch(() => undefined);
  }
  show(null);
  return null;
}

/** Another run of it may have ended since. */
async function find({ client, id }: { client: ControlClient; id: string }): Promise<RunView> {
  const { runs } = await client.call('jobs.runs', { job: 'model-benchmark', limit: 20 });
  const found = runs.find((run) => run.id === id);
  if (found === undefined) throw new CommandError('The measurement is not there any more. Start it again.');
  return found;
}

function jobOf({ jobs }: JobsView): JobView | undefined {
  return jobs.find(({ name }) => name === 'model-benchmark');
}

function describe({ doing, unitsDone, unitsTotal, timeLeftMs }: RunView, waitsFor: string | null): string {
  const done = unitsTotal === null ? '' : `[${unitsDone}/${unitsTotal}] `;
  const left = timeLeftMs === null ? '' : `, about ${Math.max(1, Math.round(timeLeftMs / 60_000))} min left`;
  return waitsFor === null ? `${done}${doing ?? 'Beginning'}${left}` : `${done}Waits: ${waitsFor}`;
}

/** On a terminal one line that changes, elsewhere a line for each change; null: nothing more comes. */
function progressPrinter(shows: boolean): (line: string | null) => void {
  let last: string | null = null;
  return (line) => {
    if (!shows || line === last) return;
    last = line;
    if (process.stdout.isTTY) process.stdout.write(`${CLEAR_LINE}${line ?? ''}`);
    else if (line !== null) console.log(line);
  };
}
