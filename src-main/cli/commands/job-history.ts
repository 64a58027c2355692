import type { AwaySummary, JobName, RunView } from '../../../src-shared/jobs.ts';
import { durationInWords } from '../../engine/resources/duration-in-words.ts';
import { ControlClient } from '../control-client.ts';
import { printTable } from '../print-table.ts';
import { CommandError } from '../run-command.ts';
import { costInWords } from './jobs.ts';

const HOUR_MS = 3_600_000;

/** `pointsman jobs history` */
export async function showHistory(options: { job?: JobName; limit: number; json?: boolean }): Promise<void> {
  const { job, limit } = options;
  const page = await ControlClient.open().call('jobs.runs', { limit, ...(job === undefined ? {} : { job }) });
  if (options.json === true) console.log(JSON.stringify(page, null, 2));
  else if (page.runs.length === 0) console.log('No run has ended yet.');
  else printRuns(page.runs);
}

/** `pointsman jobs summary` */
export async function showSummary(options: { hours?: number; json?: boolean }): Promise<void> {
  const { hours } = options;
  if (hours !== undefined && !(hours > 0)) throw new CommandError('--hours takes a number above 0.', 2);
  const since = hours === undefined ? {} : { sinceMs: Math.round(Date.now() - hours * HOUR_MS) };
  const summary = await ControlClient.open().call('jobs.summary', since);
  if (options.json === true) console.log(JSON.stringify(summary, null, 2));
  else printSummary(summary);
}

function printSummary({ sentence, fromMs, toMs, openMs, runs, findings, proposals }: AwaySummary): void {
  console.log(sentence);
  const open = openMs === null ? 'for an unknown time' : `for ${durationInWords(openMs)}`;
  console.log(`From ${date(fromMs)} to ${date(toMs)}; the idle gate was open ${open}.`);
  if (runs.length > 0) {
    console.log('');
    printRuns(runs);
  }
  for (const { severity, sentence: found } of findings) console.log(`\n${severity}: ${found}`);
  for (const { id, title, sentence: proposed } of proposals) console.log(`\nProposal ${id}: ${title}. ${proposed}`);
}

function printRuns(runs: readonly RunView[]): void {
  printTable(
    ['ENDED', 'JOB', 'STATE', '>UNITS', 'COST', 'RESULT'],
    runs.map((run) => [
      run.endedAtMs === null ? '' : date(run.endedAtMs),
      run.job,
      run.state,
      String(run.unitsDone),
      costInWords(run.cost),
      run.found ?? run.problem ?? '',
    ]),
  );
}

function date(atMs: number): string {
  return new Date(atMs).toLocaleString();
}
