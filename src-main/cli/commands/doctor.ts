import { existsSync } from 'node:fs';
import { createConnection } from 'node:net';
import { join } from 'node:path';
import type { Status } from '../../../src-shared/control.ts';
import { prepareDataFolder } from '../../engine/store/data-folder.ts';
import { loadSettings, SETTINGS_FILE } from '../../engine/store/settings-file.ts';
import { systemClock } from '../../engine/system-ports.ts';
import { ControlClient, dataFolder } from '../control-client.ts';
import { CommandError } from '../run-command.ts';

interface Finding {
  ok: boolean;
  what: string;
}

/** `pointsman doctor`: looks from outside and, when the gateway runs, from inside. Exit code 1 when something is wrong. */
export async function doctor(options: { json?: boolean }): Promise<void> {
  const folder = dataFolder();
  const findings = [...checkFolder(folder), ...(await checkGateway(folder))];
  if (options.json === true) console.log(JSON.stringify(findings, null, 2));
  else for (const { ok, what } of findings) console.log(`${ok ? 'ok  ' : 'look'}  ${what}`);
  if (findings.some(({ ok }) => !ok)) process.exitCode = 1;
}

function checkFolder(folder: string): Finding[] {
  const prepared = prepareDataFolder(folder);
  if (!prepared.ok) return [{ ok: false, what: prepared.message }];
  const found: Finding[] = [{ ok: true, what: `The data folder ${folder} can be written.` }];
  if (!existsSync(join(folder, SETTINGS_FILE)))
    return [...found, { ok: true, what: 'No settings file: the defaults hold.' }];
  const { warnings } = loadSettings({ folder, clock: systemClock });
  const told = warnings.map((what) => ({ ok: false, what }));
  return [...found, ...(told.length === 0 ? [{ ok: true, what: 'The settings file is valid.' }] : told)];
}

async function checkGateway(folder: string): Promise<Finding[]> {
  let status: Status;
  try {
    status = await ControlClient.open(folder).call('status.read', {});
  } catch (error) {
    if (!(error instanceof CommandError) || error.exitCode !== 3) throw error;
    return [{ ok: false, what: error.message }, ...(await checkPort(folder))];
  }
  return [
    { ok: true, what: `The gateway ${status.version} answers on ${status.addresses.join(' and ')}.` },
    ...status.warnings.map((what) => ({ ok: false, what })),
    ...status.providers.map(({ state, sentence }) => ({
      ok: state === 'healthy' || state === 'unknown',
      what: sentence,
    })),
  ];
}

/** With no gateway running, its port should be free. */
async function checkPort(folder: string): Promise<Finding[]> {
  const { host, port } = loadSettings({ folder, clock: systemClock }).settings.gateway;
  const busy = await new Promise<boolean>((resolve) => {
    const socket = createConnection({ host, port, timeout: 1_000 });
    socket.once('connect', () => finish(true));
    socket.once('error', () => finish(false));
    socket.once('timeout', () => finish(false));
    const finish = (found: boolean) => {
      socket.destroy();
      resolve(found);
    };
  });
  return busy
    ? [{ ok: false, what: `Port ${port} on ${host} is used by another program: stop it, or set gateway.port.` }]
    : [{ ok: true, what: `Port ${port} on ${host} is free.` }];
}
