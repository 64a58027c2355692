import { readFile, writeFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { exportedSettings } from '../../../src-shared/house.ts';
import { ControlClient } from '../control-client.ts';
import { CommandError } from '../run-command.ts';

/** `pointsman export [FILE]`: all settings without keys, to a file or to standard output. */
export async function exportSettings(file: string | undefined, options: { json?: boolean }): Promise<void> {
  const exported = `${JSON.stringify(await ControlClient.open().call('settings.export', {}), null, 2)}\n`;
  if (file === undefined) {
    process.stdout.write(exported);
    return;
  }
  try {
    await writeFile(file, exported);
  } catch (error) {
    throw new CommandError(`${file} cannot be written: ${String(error)}`);
  }
  console.log(
    options.json === true ? JSON.stringify({ file }) : `The settings are in ${file}. Keys are not among them.`,
  );
}

/** `pointsman import FILE`: takes over exported settings; `-` reads standard input. */
export async function importSettings(file: string, options: { json?: boolean }): Promise<void> {
  const taken = await ControlClient.open().call('settings.import', await readExport(file));
  if (options.json === true) {
    console.log(JSON.stringify(taken, null, 2));
    return;
  }
  console.log('The settings were taken over.');
  for (const id of taken.missingKeys) console.log(`${id} still needs its key: pointsman providers key ${id}`);
  if (taken.pendingRestart.length > 0) console.log(`From the next start on: ${taken.pendingRestart.join(', ')}`);
}

async function readExport(file: string) {
  let content: unknown;
  try {
    content = JSON.parse(file === '-' ? await text(process.stdin) : await readFile(file, 'utf8'));
  } catch (error) {
    throw new CommandError(`${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
  const parsed = exportedSettings.safeParse(content);
  if (parsed.success) return parsed.data;
  throw new CommandError(`${file} holds no exported settings of Pointsman: make them with "pointsman export".`);
}
