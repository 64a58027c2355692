import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { FromShell, RemoteCalls, Seen, ToShellProcess } from '../double/remote.ts';
import type { SeenItem } from '../double/menu-double.ts';
import type { SeenTray } from '../double/tray-double.ts';

const SHELL_PROCESS = join(import.meta.dirname, '../double/shell-process.ts');
const PATIENCE_MS = 20_000;

export interface SpawnShellOptions {
  /** As `buildShell` gives it. */
  application: string;
  chromium: string;
  /** The data folder. */
  folder: string;
  platform: NodeJS.Platform;
}

/** The built application, running against the double in a process of its own. */
export class SpawnedShell {
  readonly #child: ChildProcess;
  readonly #waiting = new Map<number, { resolve: (value: unknown) => void; reject: (error: Error) => void }>();
  readonly #trayWatchers = new Set<() => void>();
  #lastId = 0;
  #tray: SeenTray | null = null;
  /** Exit code and signal, when it has ended. */
  readonly ended: Promise<unknown[]>;
  #output = '';

  constructor(options: SpawnShellOptions) {
    const main = join(options.application, 'dist/desktop.js');
    this.#child = fork(SHELL_PROCESS, [main, options.chromium, options.platform], {
      env: { PATH: process.env.PATH, HOME: options.folder, POINTSMAN_HOME: options.folder },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      serialization: 'advanced',
    });
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream?.setEncoding('utf8').on('data', (piece: string) => (this.#output += piece));
    }
    this.#child.on('message', (message) => this.#hear(message as FromShell));
    this.ended = once(this.#child, 'exit');
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  /** All that shell and engine printed so far. */
  get output(): string {
    return this.#output;
  }

  /** What the tray shows now. */
  get tray(): SeenTray | null {
    return this.#tray;
  }

  /** An item of the tray menu by its id, wherever it is; undefined: there is none now. */
  item(id: string): SeenItem | undefined {
    const all = (items: readonly SeenItem[]): SeenItem[] => items.flatMap((item) => [item, ...all(item.items)]);
    return all(this.#tray?.items ?? []).find((item) => item.id === id);
  }

  async call<Name extends keyof RemoteCalls>(
    call: Name,
    argument = '',
  ): Promise<Awaited<ReturnType<RemoteCalls[Name]>>> {
    const id = (this.#lastId += 1);
    const answer = new Promise<unknown>((resolve, reject) => this.#waiting.set(id, { resolve, reject }));
    this.#child.send({ id, call, argument } satisfies ToShellProcess);
    return (await answer) as Awaited<ReturnType<RemoteCalls[Name]>>;
  }

  look(): Promise<Seen> {
    return this.call('look');
  }

  /** Resolves as soon as the tray shows it; rejects with what it shows instead. */
  async untilTray(holds: (shell: SpawnedShell) => boolean): Promise<void> {
    if (holds(this)) return;
    const seen = Promise.withResolvers<undefined>();
    const watch = () => {
      if (holds(this)) seen.resolve(undefined);
    };
    const timer = setTimeout(() => {
      seen.reject(new Error(`The tray shows ${JSON.stringify(this.#tray)}\n${this.#output}`));
    }, PATIENCE_MS);
    this.#trayWatchers.add(watch);
    await seen.promise.finally(() => {
      clearTimeout(timer);
      this.#trayWatchers.delete(watch);
    });
  }

  /** Resolves when the expression is true in the window's page, whatever page that is by then. */
  async untilPage(expression: string): Promise<void> {
    const endMs = Date.now() + PATIENCE_MS;
    while (!(await this.call('evaluate', expression).catch(() => false))) {
      if (Date.now() > endMs) throw new Error(`The page never said ${expression}\n${this.#output}`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  kill(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  #hear(message: FromShell): void {
    if (message.type === 'tray') {
      this.#tray = message.tray;
      for (const watch of this.#trayWatchers) watch();
      return;
    }
    const waiting = this.#waiting.get(message.id);
    this.#waiting.delete(message.id);
    if (message.problem === null) waiting?.resolve(message.value);
    else waiting?.reject(new Error(message.problem));
  }
}
