import type { z } from 'zod';
import { track as trackSchema } from '../../../src-shared/catalogue.ts';
import type { AddApp, AppView, ChangeApp } from '../../../src-shared/money.ts';
import { readDiscovery } from '../../engine/store/discovery-file.ts';
import { ControlClient, dataFolder } from '../control-client.ts';
import { printTable, usd } from '../print-table.ts';
import { CommandError } from '../run-command.ts';

const NANO_USD = 1e9;
const NO_LIMIT = 'none';

interface Output {
  json?: boolean;
}

/** As typed; `none` takes a limit away again, `all` a restriction. */
interface AppOptions extends Output {
  id?: string;
  private?: boolean;
  tracks?: string;
  models?: string;
  dayUsd?: string;
  monthUsd?: string;
  requestUsd?: string;
}

interface ChangeOptions extends AppOptions {
  name?: string;
  /** What a private app asks may leave the machine again. */
  public?: boolean;
  on?: boolean;
  off?: boolean;
}

/** `pointsman apps` */
export async function listApps(options: Output): Promise<void> {
  const { apps } = await ControlClient.open().call('apps.list', {});
  if (options.json === true) {
    console.log(JSON.stringify(apps, null, 2));
    return;
  }
  if (apps.length === 0) {
    console.log('No app has a key of its own yet: "pointsman apps add NAME" makes one.');
    return;
  }
  printTable(
    ['APP', 'NAME', 'STATE', 'TRACKS', 'MODELS', '>TODAY', '>OF', '>MONTH', '>OF', '>A REQUEST'],
    apps.map((app) => [
      app.id,
      app.name,
      app.enabled ? 'on' : 'off',
      app.private ? 'private' : (app.tracks?.join(' ') ?? 'all'),
      app.models?.join(' ') ?? 'all',
      usd(app.todayNanoUsd / NANO_USD),
      limit(app.budget.dayUsd),
      usd(app.monthNanoUsd / NANO_USD),
      limit(app.budget.monthUsd),
      limit(app.maxCostPerRequestUsd),
    ]),
  );
}

/** `pointsman apps add` */
export async function addApp(name: string, options: AppOptions): Promise<void> {
  const input: AddApp = { name, ...readPermissions(options) };
  if (options.id !== undefined) input.id = options.id;
  const added = await ControlClient.open().call('apps.add', input);
  if (options.json === true) console.log(JSON.stringify(added, null, 2));
  else
    console.log(
      describeAdded(added.app, added.key, readDiscovery(dataFolder())?.addresses[0] ?? 'http://127.0.0.1:8400'),
    );
}

/** `pointsman apps set` */
export async function changeApp(id: string, options: ChangeOptions): Promise<void> {
  const change: ChangeApp = readPermissions(options);
  if (options.name !== undefined) change.name = options.name;
  if (options.public === true) change.private = false;
  if (options.on === true) change.enabled = true;
  if (options.off === true) change.enabled = false;
  if (Object.keys(change).length === 0) throw new CommandError('Say what to change: pointsman apps set --help', 2);
  const app = await ControlClient.open().call('apps.change', { id, ...change });
  console.log(options.json === true ? JSON.stringify(app, null, 2) : `${app.id} is changed. ${describe(app)}`);
}

/** `pointsman apps remove` */
export async function removeApp(id: string, options: Output): Promise<void> {
  await ControlClient.open().call('apps.remove', { id });
  console.log(
    options.json === true ? JSON.stringify({ removed: id }) : `${id} was removed; its key opens nothing any more.`,
  );
}

function readPermissions(options: AppOptions): Omit<ChangeApp, 'name' | 'enabled'> {
  const read: Omit<ChangeApp, 'name' | 'enabled'> = {};
  if (options.private === true) read.private = true;
  if (options.tracks !== undefined) read.tracks = toList(options.tracks)?.map(toTrack) ?? null;
  if (options.models !== undefined) read.models = toList(options.models);
  if (options.dayUsd !== undefined) read.budget = { dayUsd: toUsd('--day-usd', options.dayUsd) };
  if (options.monthUsd !== undefined) {
    read.budget = { ...read.budget, monthUsd: toUsd('--month-usd', options.monthUsd) };
  }
  if (options.requestUsd !== undefined) read.maxCostPerRequestUsd = toUsd('--request-usd', options.requestUsd);
  return read;
}

function toList(text: string): string[] | null {
  return text === 'all' ? null : text.split(',').map((word) => word.trim());
}

function toTrack(text: string): z.infer<typeof trackSchema> {
  const parsed = trackSchema.safeParse(text);
  if (parsed.success) return parsed.data;
  throw new CommandError(`--tracks takes ${trackSchema.options.join(', ')} or all, not "${text}".`, 2);
}

function toUsd(option: string, text: string): number | null {
  if (text === NO_LIMIT) return null;
  const amount = Number(text.replace(/^\$/, ''));
  if (text.trim() !== '' && Number.isFinite(amount) && amount >= 0) return amount;
  throw new CommandError(`${option} takes dollars such as 0.50, or "${NO_LIMIT}", not "${text}".`, 2);
}

function limit(amount: number | null): string {
  return amount === null ? '' : usd(amount);
}

function describe(app: AppView): string {
  const { dayUsd, monthUsd } = app.budget;
  const parts = [
    app.enabled ? '' : 'It is switched off.',
    app.private ? 'Everything it asks stays on this machine.' : '',
    app.tracks === null ? '' : `It may use the ${app.tracks.join(' and the ')} track.`,
    app.models === null ? '' : `It may use ${app.models.join(', ')}.`,
    dayUsd === null ? '' : `At most ${usd(dayUsd)} a day.`,
    monthUsd === null ? '' : `At most ${usd(monthUsd)} a month.`,
    app.maxCostPerRequestUsd === null ? '' : `At most ${usd(app.maxCostPerRequestUsd)} a request.`,
  ];
  const said = parts.filter((part) => part !== '');
  return said.length === 0 ? 'It may use everything and has no budget.' : said.join(' ');
}

/** The key is printed here and nowhere else. */
function describeAdded(app: AppView, key: string, address: string): string {
  return `Added ${app.name} (${app.id}). ${describe(app)}
Its key, shown only this once:

  ${key}

For programs that speak OpenAI's protocol:
  export OPENAI_BASE_URL=${address}/v1
  export OPENAI_API_KEY=${key}
For programs that speak Anthropic's:
  export ANTHROPIC_BASE_URL=${address}
  export ANTHROPIC_API_KEY=${key}
For programs that speak Ollama's (the key where the program takes one or takes headers):
  export OLLAMA_HOST=${address}
  export OLLAMA_API_KEY=${key}
  header: authorization: Bearer ${key}`;
}
