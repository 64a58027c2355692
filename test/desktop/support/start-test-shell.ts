import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { ShellHost } from '../../../src-main/desktop/shell-host.ts';
import { startShell } from '../../../src-main/desktop/start-shell.ts';
import type { UpdateEvent } from '../../../src-main/desktop/update-port.ts';
import { ManualClock } from '../../support/manual-clock.ts';
import { SilentLog } from '../../support/silent-log.ts';
import { ElectronDouble, type ElectronDoubleOptions } from '../double/electron-double.ts';
import { EngineProcessDouble } from './engine-process-double.ts';

export interface TestShell {
  double: ElectronDouble;
  clock: ManualClock;
  log: SilentLog;
  folder: string;
  engines: EngineProcessDouble[];
  /** The engine that was started last. */
  engine: () => EngineProcessDouble;
  /** What the updater was told. */
  updates: { asked: string[]; say: (event: UpdateEvent) => void };
  killedHard: number[];
  /** Until everything that waits for nothing but its turn has had it. */
  settle: () => Promise<void>;
}

export interface TestShellOptions extends Omit<ElectronDoubleOptions, 'fork'> {
  host?: Partial<ShellHost>;
  /** Before the shell starts. */
  prepare?: (double: ElectronDouble) => void;
}

/** The shell in this process, between Electron's double, an engine that the test plays, and a clock that it moves. */
export async function startTestShell(options: TestShellOptions = {}): Promise<TestShell> {
  const { host = {}, prepare, ...electron } = options;
  const folder = host.dataFolder ?? mkdtempSync(join(tmpdir(), 'pointsman-test-shell-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const engines: EngineProcessDouble[] = [];
  const double = new ElectronDouble({
    ...electron,
    fork(modulePath, _args, { env = {} } = {}) {
      const engine = new EngineProcessDouble({ pid: engines.length + 1, modulePath, environment: { ...env } });
      engines.push(engine);
      return engine;
    },
  });
  const clock = new ManualClock();
  const log = new SilentLog();
  const killedHard: number[] = [];
  const updates = playedUpdates();
  prepare?.(double);
  startShell({
    electron: double.api,
    host: {
      platform: 'darwin',
      environment: {},
      argv: ['pointsman'],
      homeFolder: folder,
      dataFolder: folder,
      distFolder: folder,
      resourcesFolder: '/resources',
      command: ['/opt/pointsman'],
      version: '1.2.3',
      clock,
      log,
      fetch: () => Promise.reject(new Error('There is no engine to call.')),
      hasTrayHost: () => Promise.resolve(true),
      updates: updates.port,
      killHard: (pid) => killedHard.push(pid),
      ...host,
    },
  });
  double.app.becomeReady();
  const settle = () => clock.advance(0);
  for (let turns = 0; turns < 5; turns += 1) await settle();
  const engine = () => {
    const last = engines.at(-1);
    if (last === undefined) throw new Error('No engine was started.');
    return last;
  };
  return { double, clock, log, folder, engines, engine, updates, killedHard, settle };
}

function playedUpdates() {
  const asked: string[] = [];
  const listeners: ((event: UpdateEvent) => void)[] = [];
  const ask = (what: string) => {
    asked.push(what);
    return Promise.resolve();
  };
  const port: ShellHost['updates'] = {
    canInstall: true,
    whyNot: () => Promise.resolve(null),
    check: () => ask('check'),
    download: () => ask('download'),
    installAtQuit: () => undefined,
    installNow: () => void ask('install'),
    onEvent: (listener) => void listeners.push(listener),
  };
  return { port, asked, say: (event: UpdateEvent) => listeners.forEach((listener) => listener(event)) };
}
