import { join } from 'node:path';
import type { ToShell } from '../../src-shared/shell.ts';
import type { Notice } from '../../src-shared/house.ts';
import { toEngineEnvironment } from './engine-environment.ts';
import { launchEngine } from './engine-process.ts';
import { EngineSupervisor } from './engine-supervisor.ts';
import { readKeyVariables } from './key-variables.ts';
import type { KeyVault } from './key-vault.ts';
import type { ShellOptions } from './shell-host.ts';
import type { ShellBoard } from './shell-state.ts';

export interface EngineLinkOptions extends ShellOptions {
  board: ShellBoard;
  vault: KeyVault;
  /** The engine has something to say to the person. */
  onNotice: (notice: Notice) => void;
  /** It listens, for the first time or again; `isNew`: at another address than before. */
  onReady: (isNew: boolean) => void;
  /** At the engine's start and at every change. */
  onSettings: (settings: FollowedSettings) => void;
}

export type FollowedSettings = Extract<ToShell, { type: 'settings' }>;

/** The shell's end of the port: what the engine says goes to the board, and what it asks for is answered. */
export class EngineLink {
  readonly #options: EngineLinkOptions;
  readonly supervisor: EngineSupervisor;
  #address: string | null = null;

  constructor(options: EngineLinkOptions) {
    const { electron, host, board } = options;
    this.#options = options;
    this.supervisor = new EngineSupervisor({
      clock: host.clock,
      log: host.log,
      launch: (withFlags) =>
        launchEngine({
          electron,
          withFlags,
          modulePath: join(host.distFolder, 'engine-host.js'),
          environment: toEngineEnvironment({
            environment: host.environment,
            keyVariables: readKeyVariables(host.dataFolder),
            folder: host.dataFolder,
          }),
        }),
      greeting: () => ({ type: 'start', secrets: board.state.secrets.sentence, version: host.version }),
      onMessage: (message) => this.#hear(message),
      onPhase: (phase, problem) => {
        const gone = phase === 'running' ? {} : { access: null, status: null };
        board.change({ engine: { phase, problem }, ...gone });
      },
      killHard: host.killHard,
    });
  }

  /** Where the engine listens, or listened last: pages keep their policy while it is started again. */
  get address(): string | null {
    return this.#address;
  }

  #hear(message: ToShell): void {
    const { board, vault, onNotice, onSettings } = this.#options;
    switch (message.type) {
      case 'ready': {
        this.#ready(message.addresses[0] ?? null, message.controlToken);
        return;
      }
      case 'token':
        if (this.#address !== null) board.change({ access: { address: this.#address, token: message.controlToken } });
        return;
      case 'tray': {
        board.change({ status: message.status });
        return;
      }
      case 'notice': {
        onNotice(message.notice);
        return;
      }
      case 'settings':
        board.change({ desktop: message.desktop });
        {
          onSettings(message);
          return;
        }
      case 'secret_wanted':
        return void vault.answer(message).then((answer) => this.supervisor.send(answer));
      case 'pong':
        return;
      case 'failed':
        // Heard: it may end. The supervisor keeps the reason.
        this.supervisor.send({ type: 'stop' });
        return;
    }
  }

  #ready(address: string | null, token: string): void {
    const isNew = this.#address !== address;
    this.#address = address;
    this.#options.board.change({ access: address === null ? null : { address, token } });
    this.#options.onReady(isNew);
  }
}
