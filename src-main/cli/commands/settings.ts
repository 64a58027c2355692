import { settingPaths } from '../../../src-shared/setting-paths.ts';
import type { SettingsChange, SettingsView } from '../../../src-shared/settings-view.ts';
import { ControlClient } from '../control-client.ts';
import { printTable } from '../print-table.ts';
import { CommandError } from '../run-command.ts';

interface Output {
  json?: boolean;
}

/** `pointsman settings`: every setting, and which are not as they come. */
export async function listSettings(options: Output): Promise<void> {
  const view = await ControlClient.open().call('settings.read', {});
  if (options.json === true) {
    console.log(JSON.stringify(view, null, 2));
    return;
  }
  const paths = settingPaths().filter((path) => path !== 'version' && path !== 'apps' && path !== 'providers');
  printTable(
    ['SETTING', 'VALUE', 'DEFAULT'],
    paths.map((path) => {
      const [value, usual] = [shown(read(view.settings, path)), shown(read(view.defaults, path))];
      return [path, value, value === usual ? '' : usual];
    }),
  );
  printPending(view);
}

/** `pointsman settings get` */
export async function getSetting(path: string, options: Output): Promise<void> {
  const value = read((await ControlClient.open().call('settings.read', {})).settings, path);
  if (value === undefined) throw new CommandError(`There is no setting "${path}".`, 2);
  console.log(options.json === true ? JSON.stringify(value, null, 2) : shown(value));
}

/** `pointsman settings set`: the value is JSON, or a text as it stands. */
export async function setSetting(path: string, text: string, options: Output): Promise<void> {
  await change([{ path, value: parseValue(text) }], path, options);
}

/** `pointsman settings reset` */
export async function resetSetting(path: string, options: Output): Promise<void> {
  await change([{ path }], path, options);
}

async function change(changes: SettingsChange['changes'], path: string, options: Output): Promise<void> {
  const view = await ControlClient.open().call('settings.change', { changes });
  const value = read(view.settings, path);
  if (options.json === true) {
    console.log(JSON.stringify({ path, value, pendingRestart: view.pendingRestart }, null, 2));
    return;
  }
  console.log(`${path} is ${shown(value)}.`);
  printPending(view);
}

function printPending({ pendingRestart }: SettingsView): void {
  if (pendingRestart.length > 0) console.log(`From the next start on: ${pendingRestart.join(', ')}`);
}

function parseValue(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function read(from: unknown, path: string): unknown {
  let value = from;
  for (const name of path.split('.')) {
    value =
      typeof value === 'object' && value !== null && Object.hasOwn(value, name)
        ? new Map(Object.entries(value)).get(name)
        : undefined;
  }
  return value;
}

function shown(value: unknown): string {
  return typeof value === 'string' ? value : value === undefined ? '' : JSON.stringify(value);
}
