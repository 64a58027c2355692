import { Command, Option } from 'commander';
import { providerKind, track } from '../../src-shared/catalogue.ts';
import { FEEDBACK_KINDS, FEEDBACK_SOURCES } from '../../src-shared/optimizer.ts';
import { STRATEGIES } from '../../src-shared/strategy.ts';
import { VERSION } from '../engine/version.ts';
import { addBenchCommands } from './bench-commands.ts';
import { addHouseCommands } from './house-commands.ts';
import { addJobCommands } from './job-commands.ts';
import { runCommand } from './run-command.ts';

/** The scenes of the demo, which is loaded only when it is run. */
const DEMO_SCENES = ['strategies', 'learner', 'battery', 'outage', 'budget', 'race'];

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
    .addOption(new Option('--because <reason>', 'why there is no window; said by whoever started it').hideHelp())
    .action(runCommand(async () => (await import('./commands/serve.ts')).serve));
  program
    .command('demo')
    .description('a minute to watch it work, with simulated engines: nothing needed, nothing spent')
    .option('--port <port>', 'port to listen on', toPort)
    .option('--once', 'end after the show instead of staying up')
    .option('--tour', 'a dozen requests through all protocols, one by one, instead of the show')
    .addOption(new Option('--scene <name>', 'one scene of the show only').choices(DEMO_SCENES))
    .option('--speed <factor>', 'times as fast as usual, up to 20', Number)
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

  addOptimizerCommands(program);
  addMoneyCommands(program);
  addHouseCommands(program);
  addBenchCommands(program);
  addJobCommands(program);

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
    .command('rotate <id>')
    .description('try a new key, and put it in place of the old one only if it works; it is piped in or asked for')
    .option('--json', 'print JSON')
    .action(runCommand(async () => (await import('./commands/providers.ts')).rotateKey));
  providers
    .command('remove <id>')
    .description('remove a provider and forget its key')
    .option('--json', 'print JSON')
    .action(runCommand(async () => (await import('./commands/providers.ts')).removeProvider));
  return program;
}

function addOptimizerCommands(program: Command): void {
  program
    .command('route <words...>')
    .description('what would happen to a prompt, and why; nothing is called')
    .option('--model <name>', 'name that the app would ask for', 'auto')
    .option('--app <name>', 'calling app')
    .addOption(new Option('--track <track>', 'pin the track').choices(track.options))
    .addOption(new Option('--strategy <name>', 'another strategy').choices(STRATEGIES))
    .option('--private', 'must not leave the machine')
    .option('--deadline <ms>', 'milliseconds in which the whole answer is wanted', Number)
    .addOption(new Option('--importance <level>').choices(['low', 'normal', 'high']))
    .option('--tools <count>', 'number of tools on offer', Number)
    .option('--images', 'with an image')
    .option('--as-json', 'an answer in JSON is wanted')
    .option('--max-output <tokens>', 'longest answer', Number)
    .option('--json', 'print JSON')
    .action(runCommand(async () => (await import('./commands/route.ts')).explainRoute));
  program
    .command('strategy [name]')
    .description('how requests are routed; with a name: route that way from now on')
    .option('--json', 'print JSON')
    .action(runCommand(async () => (await import('./commands/strategy.ts')).strategy));
  program
    .command('feedback <request-id> [verdict]')
    .description('say what you thought of an answer: good, bad, or 1 to 5')
    .addOption(new Option('--kind <kind>', 'what is judged, with --value').choices(FEEDBACK_KINDS))
    .option('--value <number>', '0 to 1', Number)
    .addOption(new Option('--source <source>', 'who says so').choices(FEEDBACK_SOURCES))
    .option('--note <text>', 'in words, kept with it')
    .option('--json', 'print JSON')
    .action(runCommand(async () => (await import('./commands/feedback.ts')).giveFeedback));
  program
    .command('evaluate')
    .description('what another way of choosing would have earned on past decisions')
    .option('--policy <name>', 'greedy, always-local, always-cloud, or a model', 'greedy')
    .option('--days <count>', 'how far back', Number, 7)
    .option('--json', 'print JSON')
    .action(runCommand(async () => (await import('./commands/evaluate.ts')).evaluate));
  program
    .command('gate')
    .description('may background work run now, and what holds it back')
    .option('--watch', 'go on showing it')
    .option('--json', 'print JSON')
    .action(runCommand(async () => (await import('./commands/gate.ts')).showGate));
}

function addMoneyCommands(program: Command): void {
  program
    .command('spend')
    .description('what was spent, on what, and what is left')
    .option('--days <count>', 'how far back')
    .addOption(new Option('--by <what>', 'one row for each').choices(['app', 'provider', 'track']))
    .option('--json', 'print JSON')
    .action(runCommand(async () => (await import('./commands/spend.ts')).showSpend));
  const apps = program.command('apps').description('programs with a key, a budget and rules of their own');
  apps
    .command('list', { isDefault: true })
    .description('apps, what they may do and what they spent')
    .option('--json', 'print JSON')
    .action(runCommand(async () => (await import('./commands/apps.ts')).listApps));
  withAppOptions(apps.command('add <name>').description('make a key for an app; it is shown once'))
    .option('--id <id>', 'instead of one made from the name')
    .action(runCommand(async () => (await import('./commands/apps.ts')).addApp));
  withAppOptions(apps.command('set <id>').description('change what an app may do'))
    .option('--name <name>', 'another name')
    .option('--public', 'what it asks may leave the machine again')
    .option('--on', 'let it in again')
    .option('--off', 'let it in no more, and keep its rules')
    .action(runCommand(async () => (await import('./commands/apps.ts')).changeApp));
  apps
    .command('remove <id>')
    .description('remove an app; its key is worth nothing from then on')
    .option('--json', 'print JSON')
    .action(runCommand(async () => (await import('./commands/apps.ts')).removeApp));
}

function withAppOptions(command: Command): Command {
  return command
    .option('--private', 'nothing it asks leaves the machine')
    .option('--tracks <list>', 'local, cloud, or all')
    .option('--models <list>', 'models it may use, separated by commas, or all')
    .option('--day-usd <amount>', 'budget for a day, or none')
    .option('--month-usd <amount>', 'budget for a month, or none')
    .option('--request-usd <amount>', 'most that one request may cost, or none')
    .option('--json', 'print JSON');
}

function toPort(text: string): number {
  return Number(text);
}
