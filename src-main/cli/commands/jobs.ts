import type { JobName, JobsView, JobView, RunView } from '../../../src-shared/jobs.ts';
import { durationInWords } from '../../engine/resources/duration-in-words.ts';
import { ControlClient } from '../control-client.ts';
import { printTable, usd } from '../print-table.ts';
import { progressBar } from '../progress-bar.ts';
import { CommandError } from '../run-command.ts';
import { speaksUnicode } from '../sparkline.ts';

interface Output {
  json?: boolean;
}

interface PauseOptions extends Output {
  hours?: number;
}

const NANO_USD = 1e9;
const HOUR_MS = 3_600_000;

/** `pointsman jobs` */
export async function listJobs(options: Output): Promise<void> {
  print(await ControlClient.open().call('jobs.read', {}), options);
}

/** `pointsman jobs run` */
export async function runJob(name: JobName, options: Output): Promise<void> {
  const view = await ControlClient.open().call('jobs.run', { name });
  if (options.json === true) {
    print(view, options);
    return;
  }
  const job = jobOf(view, name);
  const waits = job?.current === null ? null : (job?.waitsFor ?? null);
  console.log(
    waits === null ? `${job?.title ?? name} runs.` : `${job?.title ?? name} runs as soon as it can. ${waits}`,
  );
}

/** `pointsman jobs pause` */
export async function pauseJobs(name: JobName | undefined, options: PauseOptions): Promise<void> {
  const { hours } = options;
  if (hours !== undefined && !(hours > 0)) throw new CommandError('--hours takes a number above 0.', 2);
  const untilMs = hours === undefined ? null : Math.round(Date.now() + hours * HOUR_MS);
  const client = ControlClient.open();
  const view =
    name === undefined
      ? await client.call('jobs.pause', { untilMs })
      : await client.call('jobs.pauseOne', { name, untilMs });
  const forHow = hours === undefined ? 'until you resume it' : `for ${durationInWords(hours * HOUR_MS)}`;
  tell(
    view,
    options,
    `${name === undefined ? 'All background work' : (jobOf(view, name)?.title ?? name)} is paused ${forHow}.`,
  );
}

/** `pointsman jobs resume` */
export async function resumeJobs(name: JobName | undefined, options: Output): Promise<void> {
  const client = ControlClient.open();
  const view =
    name === undefined ? await client.call('jobs.resume', {}) : await client.call('jobs.resumeOne', { name });
  tell(
    view,
    options,
    `${name === undefined ? 'Background work' : (jobOf(view, name)?.title ?? name)} goes on. ${view.sentence}`,
  );
}

/** `pointsman jobs cancel` */
export async function cancelJob(name: JobName, options: Output): Promise<void> {
  const view = await ControlClient.open().call('jobs.cancel', { name });
  tell(view, options, `The run of ${jobOf(view, name)?.title ?? name} is ended; what it found is kept.`);
}

/** What a run cost, as far as anything is known of it: "12 s of CPU, 3.4 Wh, $0.02". */
export function costInWords({ cpuMs, energyJoules, nanoUsd, unknownCosts }: RunView['cost']): string {
  const wattHours = energyJoules === null ? null : energyJoules / 3_600;
  return [
    `${durationInWords(cpuMs)} of CPU`,
    ...(wattHours === null ? ['unknown energy'] : wattHours < 0.05 ? [] : [`${wattHours.toFixed(1)} Wh`]),
    ...(nanoUsd > 0 ? [usd(nanoUsd / NANO_USD)] : []),
    ...(unknownCosts > 0 ? [`${unknownCosts} calls of unknown cost`] : []),
  ].join(', ');
}

function print(view: JobsView, options: Output): void {
  if (options.json === true) {
    console.log(JSON.stringify(view, null, 2));
    return;
  }
  console.log(view.sentence);
  if (view.problem !== null) console.log(view.problem);
  if (view.dayLimitNanoUsd > 0 || view.todayNanoUsd > 0) {
    console.log(`Spent today: ${usd(view.todayNanoUsd / NANO_USD)} of ${usd(view.dayLimitNanoUsd / NANO_USD)}.`);
  }
  console.log('');
  printTable(
    ['JOB', 'STATE', 'NEXT', 'LAST RESULT', 'COST'],
    view.jobs.map((job) => [job.name, stateOf(job), nextOf(job), resultOf(job.last), costOf(job.last)]),
  );
  for (const { current, title, waitsFor } of view.jobs) {
    if (current === null) continue;
    const bar = progressBar(current.unitsDone, current.unitsTotal, speaksUnicode(process.env, process.platform));
    const left = current.timeLeftMs === null ? '' : `, about ${durationInWords(current.timeLeftMs)} left`;
    console.log(`\n${title}: ${bar}${left}`);
    const words = waitsFor === null ? current.doing : `Waits. ${waitsFor}`;
    if (words !== null) console.log(`  ${words}`);
  }
}

function stateOf({ enabled, paused, current }: JobView): string {
  if (!enabled) return 'off';
  if (current?.state === 'running') return 'runs';
  if (paused) return 'paused';
  return current === null ? '' : 'waits';
}

function nextOf({ nextDueAtMs, schedule }: JobView): string {
  return nextDueAtMs === null ? '' : `${new Date(nextDueAtMs).toLocaleString()} (${schedule.split(',')[0] ?? ''})`;
}

function resultOf(run: RunView | null): string {
  if (run === null) return '';
  return run.state === 'done' ? (run.found ?? 'done') : `${run.state}: ${run.problem ?? 'it was ended by you'}`;
}

function costOf(run: RunView | null): string {
  return run === null ? '' : costInWords(run.cost);
}

function tell(view: JobsView, options: Output, sentence: string): void {
  console.log(options.json === true ? JSON.stringify(view, null, 2) : sentence);
}

function jobOf({ jobs }: JobsView, name: JobName): JobView | undefined {
  return jobs.find((job) => job.name === name);
}
