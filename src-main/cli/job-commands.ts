import { Argument, Option, type Command } from 'commander';
import { JOB_NAMES } from '../../src-shared/jobs.ts';
import { runCommand } from './run-command.ts';

const load = {
  jobs: () => import('./commands/jobs.ts'),
  history: () => import('./commands/job-history.ts'),
  findings: () => import('./commands/findings.ts'),
};

const name = () => new Argument('<name>', 'a job').choices(JOB_NAMES);
const anyName = () => new Argument('[name]', 'a job; without one, all background work').choices(JOB_NAMES);

/** Commands about background work: what runs and waits, what it found, and what it proposes. */
export function addJobCommands(program: Command): void {
  const jobs = program.command('jobs').description('what is done while nobody needs the machine');
  const add = (command: Command) => command.option('--json', 'print JSON');
  add(jobs.command('list', { isDefault: true }))
    .description('every job: what runs, what waits and why, the last result')
    .action(runCommand(async () => (await load.jobs()).listJobs));
  add(jobs.command('run').addArgument(name()))
    .description('run it now, also while somebody sits here; battery, heat, money and privacy still hold')
    .action(runCommand(async () => (await load.jobs()).runJob));
  add(jobs.command('pause').addArgument(anyName()))
    .description('do not run it, until it is resumed')
    .option('--hours <count>', 'only for so long', Number)
    .action(runCommand(async () => (await load.jobs()).pauseJobs));
  add(jobs.command('resume').addArgument(anyName()))
    .description('end the pause')
    .action(runCommand(async () => (await load.jobs()).resumeJobs));
  add(jobs.command('cancel').addArgument(name()))
    .description('end its run; what it found is kept')
    .action(runCommand(async () => (await load.jobs()).cancelJob));
  add(jobs.command('history'))
    .description('runs that ended, newest first, with what each found and cost')
    .addOption(new Option('--job <name>', 'of one job').choices(JOB_NAMES))
    .option('--limit <count>', 'how many, up to 500', Number, 20)
    .action(runCommand(async () => (await load.history()).showHistory));
  add(jobs.command('summary'))
    .description('what was done while you were away')
    .option('--hours <count>', 'of the last hours instead', Number)
    .action(runCommand(async () => (await load.history()).showSummary));
  add(jobs.command('findings'))
    .description('what jobs found; exit code 1 when something serious is open')
    .option('--all', 'also what is settled or dismissed')
    .action(runCommand(async () => (await load.findings()).listFindings));
  add(jobs.command('proposals'))
    .description('changes that jobs propose')
    .option('--all', 'also those that are decided')
    .action(runCommand(async () => (await load.findings()).listProposals));
  add(jobs.command('accept <id>'))
    .description('make a proposed change')
    .action(runCommand(async () => (await load.findings()).acceptProposal));
  add(jobs.command('dismiss <id>'))
    .description('leave a proposal, or do not tell a finding again')
    .action(runCommand(async () => (await load.findings()).dismiss));
}
