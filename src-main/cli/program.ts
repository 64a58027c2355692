import { Command, Option } from 'commander';
import { providerKind, track } from '../../src-shared/catalogue.ts';
import { VERSION } from '../engine/version.ts';
import { runCommand } from './run-command.ts';

/** Exit code: asked in a wrong way. */
const WRONG_USAGE = 2;

/**
 * The command line as a table: names, options, and what each does. Commands are loaded when they are run: a gateway that
 * stays for weeks should not hold the demo in memory.
 */
export function createProgram(): Command {
  const program = new Command('pointsman')
    .description('Routes the AI requests of your apps to your own models or to the cloud.')
    .version(VERSION)
    .showHelpAfterError('(try: pointsman --help)')
    .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : WRONG_USAGE));

  program
    .command('serve')
    .description('start the gateway and stay')
    .option('--port <port>', 'port instead of the one in the settings', toPort)
    .option('--host <address>', 'address to listen on instead of 127.0.0.1')
    .action(runCommand(async () => (await import('./commands/serve.ts')).serve));
  program
    .command('demo')
    .description('try it with simulated engines: nothing needed, nothing spent')
    .option('--port <port>', 'port to listen on', toPort)
    .option('--once', 'end after the tour instead of staying up')
    .action(runCommand(async () => (await import('./commands/demo.ts')).demo));
  program
    .command('status')
    .description('how the running gateway is doing')
    .option('--json', 'print JSON')
    .action(runCommand(async () => (await import('./commands/status.ts')).showStatus));
  program
    .command('models')
    .description('the models that requests can go to')
    .option('--json', 'print JSON')
    .action(runCommand(async () => (await import('./commands/models.ts')).listModels));
  program
    .command('doctor')
    .description('look for what is wrong, and say what to do')
    .option('--json', 'print JSON')
    .action(runCommand(async () => (await import('./commands/doctor.ts')).doctor));

  const providers = program.command('providers').description('services that run models');
  providers
    .command('list', { isDefault: true })
    .description('providers and how they are doing')
    .option('--json', 'print JSON')
    .action(runCommand(async () => (await import('./commands/providers.ts')).listProviders));
  providers
    .command('catalogue')
    .description('providers that are ready to be added')
    .option('--json', 'print JSON')
    .action(runCommand(async () => (await import('./commands/providers.ts')).showCatalogue));
  providers
    .command('add <name>')
    .description('add one of the catalogue, or your own with --url; the key is piped in or asked for')
    .option('--id <id>', 'first part of its model names, instead of <name>')
    .option('--url <url>', 'base URL, for a provider of your own or another address of a known one')
    .addOption(new Option('--kind <kind>', 'what it speaks; openai unless it is said').choices(providerKind.options))
    .addOption(new Option('--track <track>', 'where it runs; by its address unless it is said').choices(track.options))
    .option('--key-variable <name>', 'environment variable of the gateway that holds the key')
    .option('--set <name=value...>', 'values for the {placeholders} of the base URL')
    .option('--no-key', 'the provider needs none')
    .option('--json', 'print JSON')
    .action(runCommand(async () => (await import('./commands/providers.ts')).addProvider));
  providers
    .command('test <id>')
    .description('try address and key of a provider')
    .option('--json', 'print JSON')
    .action(runCommand(async () => (await import('./commands/providers.ts')).testProvider));
  providers
    .command('key <id>')
    .description('set a new key; it is piped in or asked for')
    .option('--json', 'print JSON')
    .action(runCommand(async () => (await import('./commands/providers.ts')).setKey));
  providers
    .command('remove <id>')
    .description('remove a provider and forget its key')
    .option('--json', 'print JSON')
    .action(runCommand(async () => (await import('./commands/providers.ts')).removeProvider));
  return program;
}

function toPort(text: string): number {
  return Number(text);
}
