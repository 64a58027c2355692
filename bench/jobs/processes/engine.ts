import { powerReading } from '../../../src-shared/machine.ts';
import { createScriptedMachine } from '../../../src-main/demo/scripted-machine.ts';
import { startEngine } from '../../../src-main/engine/engine.ts';
import type { Log } from '../../../src-main/engine/ports.ts';
import { openSecretFile } from '../../../src-main/engine/providers/secret-file.ts';
import { loadSettings } from '../../../src-main/engine/store/settings-file.ts';
import { systemRandom } from '../../../src-main/engine/system-ports.ts';
import type { FromEngine } from '../engine-messages.ts';
import { createSharedClock } from '../shared-clock.ts';

/**
 * The whole engine in a process of its own, on a machine whose power the parent scripts by messages. Run with the data
 * folder in argv[2], and in argv[3] and argv[4] where its time began and how many times as fast as the wall's it runs.
 */
const [folder = '', originMs = '0', speed = '1'] = process.argv.slice(2);
const tell = (message: FromEngine) => process.send?.(message);
const write = (level: 'warn' | 'error') => (fields: Record<string, unknown>, message: string) =>
  tell({ type: 'log', text: `${level}: ${message} ${JSON.stringify(fields)}` });
const log: Log = {
  debug(_fields, message) {
    // Told after everything that works under the gate's leave has got its signal.
    if (message === 'the idle gate closed') tell({ type: 'closed', atMs: performance.timeOrigin + performance.now() });
  },
  info: () => undefined,
  warn: write('warn'),
  error: write('error'),
};
const clock = createSharedClock({ originMs: Number(originMs), speed: Number(speed) });
const scripted = createScriptedMachine();
const engine = await startEngine({
  ...{ clock, log, folder, machine: scripted.machine },
  random: systemRandom,
  secrets: openSecretFile({ folder, log }),
  environment: {},
  settings: loadSettings({ folder, clock }).settings,
});
process.on('message', (message) => scripted.set(powerReading.parse(message)));
process.on('disconnect', () => process.exit());
process.on('SIGTERM', () => void engine.stop(0).then(() => process.exit(0)));
await engine.ready();
tell({ type: 'ready', url: engine.addresses[0] ?? '', token: engine.controlToken });
