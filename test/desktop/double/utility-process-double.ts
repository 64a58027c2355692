import { fork, type ChildProcess, type Serializable } from 'node:child_process';
import { EventEmitter } from 'node:events';
import { constants } from 'node:os';
import type { ForkOptions } from 'electron';
import type { ProcessGone, ShellUtilityProcess } from '../../../src-main/desktop/electron-api.ts';

const PARENT_PORT = new URL('parent-port.ts', import.meta.url).href;

/** `utilityProcess.fork`: a real process, whose `process.parentPort` is made by `parent-port.ts`. */
export class UtilityProcessDouble extends EventEmitter implements ShellUtilityProcess {
  readonly #child: ChildProcess;

  constructor(options: {
    modulePath: string;
    args: string[];
    fork: ForkOptions;
    gone: (details: ProcessGone) => void;
  }) {
    super();
    const { execArgv = [], env, serviceName = 'Node Utility Process', stdio } = options.fork;
    const mode = stdio === 'ignore' ? 'ignore' : 'inherit';
    this.#child = fork(options.modulePath, options.args, {
      execArgv: [...execArgv, '--import', PARENT_PORT],
      env: { ...env },
      stdio: ['ignore', mode, mode, 'ipc'],
      serialization: 'advanced',
    });
    this.#child.on('spawn', () => this.emit('spawn'));
    this.#child.on('message', (message) => this.emit('message', message));
    this.#child.on('exit', (code, signal) => {
      const exitCode = code ?? (signal === null ? 1 : constants.signals[signal]);
      if (exitCode !== 0) {
        const reason = signal === null ? 'abnormal-exit' : 'killed';
        options.gone({ type: 'Utility', name: serviceName, reason, exitCode });
      }
      this.emit('exit', exitCode);
    });
  }

  get pid(): number | undefined {
    return this.#child.exitCode === null && this.#child.signalCode === null ? this.#child.pid : undefined;
  }

  postMessage(message: unknown): void {
    // Electron drops what is sent to a process that has ended.
    if (this.#child.connected && isSerializable(message)) this.#child.send(message, () => undefined);
  }

  kill(): boolean {
    return this.#child.kill();
  }
}

function isSerializable(message: unknown): message is Serializable {
  return typeof message === 'object' && message !== null;
}
