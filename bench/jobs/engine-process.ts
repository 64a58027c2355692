import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { ENGINE_FLAGS } from '../../src-shared/engine-flags.ts';
import type { OperationInput, OperationName, OperationOutput } from '../../src-shared/operations.ts';
import type { PowerReading } from '../../src-shared/machine.ts';
import { callOperation } from '../../test/support/call-operation.ts';
import { fromEngine } from './engine-messages.ts';
import type { SharedTime } from './shared-clock.ts';

/** The whole engine in a process of its own, on a scripted machine. */
export interface EngineProcess {
  url: string;
  token: string;
  pid: number;
  /** Complaints of its log so far. */
  complaints: string[];
  /** What the machine tells of itself from now on, beside being at rest; the engine hears of it at once. */
  tell(reading: Partial<PowerReading>): void;
  /** Called with the time (Unix milliseconds) at which the gate closed, each time. */
  onClosed(listener: (atMs: number) => void): void;
  call<Name extends OperationName>(name: Name, input: OperationInput<Name>): Promise<OperationOutput<Name>>;
  /** `kill -9`: nothing is told, nothing is written any more. */
  kill(): Promise<void>;
  /** As the system asks a program to end. */
  stop(): Promise<void>;
}

const ENGINE = join(import.meta.dirname, 'processes/engine.ts');

/** A laptop on mains that nobody touches. */
const AT_REST: PowerReading = {
  source: 'ac',
  batteryPercent: 80,
  charging: true,
  hasBattery: true,
  thermal: 'nominal',
  speedLimitPercent: 100,
  userIdleMs: 1_800_000,
  screenLocked: false,
  online: true,
  metered: false,
};

const REAL_TIME: SharedTime = { originMs: 0, speed: 1 };

/** Starts it on a data folder, whose settings file says the rest. */
export async function startEngineProcess(options: {
  folder: string;
  /** Default: the time of the wall. */
  time?: SharedTime;
  /** What Node has compiled already, for a quicker start. */
  cacheFolder?: string;
  /** A certificate that it believes beside the usual ones. */
  certificateFile?: string;
}): Promise<EngineProcess> {
  const { folder, time = REAL_TIME, cacheFolder, certificateFile } = options;
  const child = fork(ENGINE, [folder, String(time.originMs), String(time.speed)], {
    execArgv: [...ENGINE_FLAGS],
    env: {
      PATH: process.env.PATH,
      ...(cacheFolder === undefined ? {} : { NODE_COMPILE_CACHE: cacheFolder }),
      ...(certificateFile === undefined ? {} : { NODE_EXTRA_CA_CERTS: certificateFile }),
    },
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  let printed = '';
  child.stderr?.on('data', (piece: Buffer) => (printed += piece.toString()));
  const ended = once(child, 'exit');
  const complaints: string[] = [];
  const closed: ((atMs: number) => void)[] = [];
  const ready = Promise.withResolvers<{ url: string; token: string }>();
  child.on('message', (message) => {
    const told = fromEngine.parse(message);
    if (told.type === 'ready') ready.resolve(told);
    else if (told.type === 'log') complaints.push(told.text);
    else for (const listener of closed) listener(told.atMs);
  });
  void ended.then(() => ready.reject(new Error(`The engine did not start: ${printed} ${complaints.join('\n')}`)));
  const { url, token } = await ready.promise;
  const end = async (signal: 'SIGKILL' | 'SIGTERM') => {
    child.kill(signal);
    await ended;
  };
  return {
    ...{ url, token, complaints },
    pid: child.pid ?? 0,
    tell: (reading) => void child.send({ ...AT_REST, ...reading }),
    onClosed: (listener) => void closed.push(listener),
    call: (name, input) => callOperation({ url, engine: { controlToken: token } }, name, input),
    kill: () => end('SIGKILL'),
    stop: () => end('SIGTERM'),
  };
}
