import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { printCurlCommands } from '../../demo/curl-commands.ts';
import { createPaint } from '../../demo/demo-table.ts';
import { createQuestions } from '../../demo/questions.ts';
import { runDemo } from '../../demo/run-demo.ts';
import { chooseScenes } from '../../demo/scenes/scenes.ts';
import { presentShow } from '../../demo/show/present-show.ts';
import { createSpedUpClock } from '../../demo/sped-up-clock.ts';
import { startDemoGateway, type DemoGateway } from '../../demo/start-demo-gateway.ts';
import type { Clock } from '../../engine/ports.ts';
import { createLog } from '../../engine/observe/create-log.ts';
import { systemClock } from '../../engine/system-ports.ts';
import { checkPort } from '../check-port.ts';
import { CommandError } from '../run-command.ts';
import { speaksUnicode } from '../sparkline.ts';
import { watchForStop, type StopWatch } from '../watch-for-stop.ts';

interface DemoChoices {
  port?: number;
  /** End after the show instead of staying up. */
  once?: boolean;
  /** A dozen requests through all protocols instead of the show. */
  tour?: boolean;
  /** One scene of the show only. */
  scene?: string;
  /** How many times as fast as usual. */
  speed?: number;
}

const SEED = 5;
const FASTEST = 20;

/** `pointsman demo`: the whole gateway in front of two simulated engines, in a folder that is thrown away afterwards. */
export async function demo(choices: DemoChoices): Promise<void> {
  const port = checkPort(choices.port ?? 0);
  const clock = createSpedUpClock(systemClock, checkSpeed(choices.speed ?? 1));
  // From the first moment on: a Ctrl-C during the start must not leave the folder behind.
  const watch = watchForStop();
  const folder = mkdtempSync(join(tmpdir(), 'pointsman-demo-'));
  try {
    const log = createLog({ level: 'fatal' });
    const gateway = await startDemoGateway({ clock, log, folder, port, seed: SEED });
    try {
      await perform({ gateway, clock, watch, choices });
    } finally {
      await gateway.stop();
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
    watch.dismiss();
  }
}

interface Performance {
  gateway: DemoGateway;
  clock: Clock;
  watch: StopWatch;
  choices: DemoChoices;
}

async function perform(performance: Performance): Promise<void> {
  const { gateway, watch, choices } = performance;
  const gatewayUrl = gateway.engine.addresses[0] ?? '';
  const abort = new AbortController();
  const stopped = watch.stopped.then(() => abort.abort());
  await (choices.tour === true ? tour : show)(performance, { gatewayUrl, signal: abort.signal });
  if (choices.once === true && !abort.signal.aborted) {
    console.log('Ended. Nothing was kept. Without --once the demo stays up for these commands.');
    return;
  }
  if (!abort.signal.aborted) console.log(`Listening on ${gatewayUrl} until you press Ctrl-C.`);
  await stopped;
  console.log('Stopped. Nothing was kept.');
}

interface Call {
  gatewayUrl: string;
  signal: AbortSignal;
}

async function tour({ gateway }: Performance, { gatewayUrl, signal }: Call): Promise<void> {
  const { engine, engines } = gateway;
  const colour = hasColour();
  await runDemo({ gatewayUrl, controlToken: engine.controlToken, engines, print, signal, colour });
}

async function show({ gateway, clock, choices }: Performance, { gatewayUrl, signal }: Call): Promise<void> {
  const { engine, engines, machine } = gateway;
  const isOver = await presentShow({
    clock,
    engines,
    machine,
    gatewayUrl,
    controlToken: engine.controlToken,
    signal,
    questions: createQuestions(),
    scenes: chooseScenes(choices.scene ?? null),
    print,
    terminal: process.stdout.isTTY ? process.stdout : null,
    paint: createPaint(hasColour()),
    unicode: speaksUnicode(process.env, process.platform),
  });
  if (isOver) for (const line of ['', ...printCurlCommands(gatewayUrl)]) print(line);
}

function print(line: string): void {
  console.log(line);
}

/** https://no-color.org: set and not empty means no. */
function hasColour(): boolean {
  return process.stdout.isTTY && (process.env.NO_COLOR ?? '') === '';
}

function checkSpeed(speed: number): number {
  if (speed > 0 && speed <= FASTEST) return speed;
  throw new CommandError(`The speed must be above 0 and at most ${FASTEST}.`, 2);
}
