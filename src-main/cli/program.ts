import { Command } from 'commander';
import { VERSION } from '../engine/version.ts';
import { runCommand } from './run-command.ts';

/**
 * The command line as a table: names, options, and what each does. Commands are loaded when they are run: a gateway that
 * stays for weeks should not hold the demo in memory.
 */
export function createProgram(): Command {
  const program = new Command('pointsman')
    .description('Routes the AI requests of your apps to your own models or to the cloud.')
    .version(VERSION)
    .showHelpAfterError('(try: pointsman --help)');

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
    .description('add one of the catalogue, or your own with --url; the key is read from standard input or asked for')
    .option('--id <id>', 'name to use in model names instead')
    .option('--url <url>', 'base URL, for a provider that is not in the catalogue')
    .option('--kind <kind>', 'openai, anthropic or ollama', 'openai')
    .option('--track <track>', 'local or cloud', 'cloud')
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
    .description('set a new key; it is read from standard input or asked for')
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
