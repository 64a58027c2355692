import { EventEmitter } from 'node:events';
import type { ShellUtilityProcess } from '../../../src-main/desktop/electron-api.ts';
import { settings } from '../../../src-shared/settings.ts';
import { toEngine, type ToEngine, type ToShell } from '../../../src-shared/shell.ts';

type Desktop = Extract<ToShell, { type: 'settings' }>['desktop'];

/** An engine's process that says what the test wants. What the shell tells it must be what was agreed. */
export class EngineProcessDouble extends EventEmitter implements ShellUtilityProcess {
  readonly pid: number;
  readonly told: ToEngine[] = [];
  readonly modulePath: string;
  readonly environment: Record<string, string>;

  constructor(options: { pid: number; modulePath: string; environment: Record<string, string> }) {
    super();
    this.pid = options.pid;
    this.modulePath = options.modulePath;
    this.environment = options.environment;
  }

  postMessage(message: unknown): void {
    const parsed = toEngine.parse(message);
    this.told.push(parsed);
    // A well-behaved engine.
    if (parsed.type === 'stop') this.emit('exit', 0);
    if (parsed.type === 'ping') this.say({ type: 'pong' });
  }

  kill(): boolean {
    this.emit('exit', 15);
    return true;
  }

  say(message: ToShell): void {
    this.emit('message', message);
  }

  /** As the real one does when it listens. */
  becomeReady(options: { address?: string; desktop?: Partial<Desktop>; setupDone?: boolean } = {}): void {
    const { address = 'http://127.0.0.1:8400', desktop = {}, setupDone = true } = options;
    this.saySettings(desktop, setupDone);
    this.say({ type: 'ready', addresses: [address], controlToken: 'token' });
  }

  saySettings(desktop: Partial<Desktop>, setupDone = true): void {
    this.say({ type: 'settings', desktop: settings.shape.desktop.parse(desktop), setupDone });
  }
}
