import { Option, type Command } from 'commander';
import { logLine } from '../../src-shared/house.ts';
import { runCommand } from './run-command.ts';

/** Commands about Pointsman itself: its pages, settings, token, logs, backups, and moving house. */
export function addHouseCommands(program: Command): void {
  program
    .command('open')
    .description('open the pages in the browser, signed in')
    .option('--no-browser', 'only print the address')
    .option('--json', 'print JSON')
    .action(runCommand(async () => (await import('./commands/open.ts')).openPages));
  addSettingsCommands(program);
  program
    .command('token')
    .description('the control token')
    .command('rotate')
    .description('replace it; whoever has the old one is out at once')
    .option('--json', 'print JSON')
    .action(runCommand(async () => (await import('./commands/token.ts')).rotateToken));
  program
    .command('logs')
    .description('the last lines of the log')
    .option('--limit <count>', 'how many, up to 1000')
    .addOption(new Option('--level <level>', 'this level and worse ones').choices(logLine.shape.level.options))
    .option('--json', 'print JSON')
    .action(runCommand(async () => (await import('./commands/logs.ts')).showLogs));
  program
    .command('unload [model]')
    .description('take a local model out of memory; without a name, all of them')
    .option('--json', 'print JSON')
    .action(runCommand(async () => (await import('./commands/unload.ts')).unloadModels));
  program
    .command('export [file]')
    .description('write all settings, without keys, to a file or to standard output')
    .option('--json', 'print JSON')
    .action(runCommand(async () => (await import('./commands/move.ts')).exportSettings));
  addBackupCommands(program);
  program
    .command('import <file>')
    .description('take over exported settings; - reads standard input')
    .option('--json', 'print JSON')
    .action(runCommand(async () => (await import('./commands/move.ts')).importSettings));
}

function addBackupCommands(program: Command): void {
  const backups = program
    .command('backups')
    .description('copies of settings and what was learned; the gateway has to run');
  backups
    .command('list', { isDefault: true })
    .description('all of them, newest first')
    .option('--json', 'print JSON')
    .action(runCommand(async () => (await import('./commands/backups.ts')).listBackups));
  backups
    .command('make')
    .description('make one now, unless nothing has changed since the last')
    .option('--json', 'print JSON')
    .action(runCommand(async () => (await import('./commands/backups.ts')).makeBackup));
  backups
    .command('restore <id>')
    .description('take settings and what was learned from one; the present state is backed up first')
    .option('--json', 'print JSON')
    .action(runCommand(async () => (await import('./commands/backups.ts')).restoreBackup));
}

function addSettingsCommands(program: Command): void {
  const settings = program.command('settings').description('what can be set, and what is set');
  settings
    .command('list', { isDefault: true })
    .description('every setting with its default')
    .option('--json', 'print JSON')
    .action(runCommand(async () => (await import('./commands/settings.ts')).listSettings));
  settings
    .command('get <path>')
    .description('one setting, such as gateway.port, or a group of them')
    .option('--json', 'print JSON')
    .action(runCommand(async () => (await import('./commands/settings.ts')).getSetting));
  settings
    .command('set <path> <value>')
    .description('change a setting; the value is JSON or a text as it stands')
    .option('--json', 'print JSON')
    .action(runCommand(async () => (await import('./commands/settings.ts')).setSetting));
  settings
    .command('reset <path>')
    .description('back to the default')
    .option('--json', 'print JSON')
    .action(runCommand(async () => (await import('./commands/settings.ts')).resetSetting));
}
