import type { Command } from 'commander';
import { runCommand } from './run-command.ts';

/** Commands about measuring local models. */
export function addBenchCommands(program: Command): void {
  const bench = program.command('bench').description('how fast local models are on this machine, and what changed');
  bench
    .command('list', { isDefault: true })
    .description('the last figures of each model')
    .option('--json', 'print JSON')
    .action(runCommand(async () => (await import('./commands/bench.ts')).listBenchmarks));
  bench
    .command('run [model]')
    .description('measure all local models now, or one, and wait for it; Ctrl-C leaves it running')
    .option('--json', 'print JSON at the end')
    .action(runCommand(async () => (await import('./commands/bench-run.ts')).runBenchmark));
}
