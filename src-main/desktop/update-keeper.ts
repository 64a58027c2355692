import type { ShellView } from '../../src-shared/bridge.ts';
import type { Clock, Log } from '../engine/ports.ts';
import type { DesktopSettings } from './shell-state.ts';
import type { UpdateEvent, UpdatePort } from './update-port.ts';

type Policy = DesktopSettings['updates'];
type UpdateView = ShellView['update'];

export interface UpdateKeeperOptions {
  port: UpdatePort;
  clock: Clock;
  log: Log;
  onChange: (update: UpdateView) => void;
}

/** After the start there is enough to do. */
const FIRST_CHECK_MS = 60_000;
const CHECK_EVERY_MS = 24 * 3_600_000;

const OFF: UpdateView = { state: 'off', version: null, sentence: 'Updates are switched off.' };

/**
 * Looks for updates as the person wants it, and never interrupts: what is downloaded waits for the next quit or for
 * "Restart to update". With `off` nothing is asked of anybody.
 */
export class UpdateKeeper {
  readonly #options: UpdateKeeperOptions;
  #policy: Policy | null = null;
  #view: UpdateView = OFF;
  #cancelTimer: (() => void) | null = null;
  #isStopped = false;

  constructor(options: UpdateKeeperOptions) {
    this.#options = options;
    options.port.onEvent((event) => this.#hear(event));
  }

  /** Told at the start and whenever the setting changes. */
  async follow(policy: Policy): Promise<void> {
    if (policy === this.#policy) return;
    this.#policy = policy;
    this.#cancelTimer?.();
    this.#options.port.installAtQuit(policy === 'automatic');
    const why = await this.#options.port.whyNot();
    // Another policy may have come meanwhile: it has the word.
    if (this.#policy !== policy || this.#isStopped) return;
    if (why !== null) {
      this.#show({ state: why.state, version: null, sentence: why.sentence });
      return;
    }
    if (policy === 'off') {
      this.#show(OFF);
      return;
    }
    if (this.#view.version === null) {
      this.#show({ state: 'none', version: null, sentence: 'No update was found so far.' });
    }
    this.#checkAfter(FIRST_CHECK_MS);
  }

  /** The person asks for it. Rejects with a sentence. */
  async download(): Promise<void> {
    const { state, version } = this.#view;
    if (state !== 'available' || version === null) return;
    if (!this.#options.port.canInstall) {
      throw new Error(`Version ${version} is installed the way this one was: from the package or the download page.`);
    }
    this.#show({ state: 'downloading', version, sentence: `Version ${version} is being downloaded.` });
    await this.#options.port.download();
  }

  get isReady(): boolean {
    return this.#view.state === 'ready';
  }

  installNow(): void {
    if (this.isReady) this.#options.port.installNow();
  }

  stop(): void {
    this.#isStopped = true;
    this.#cancelTimer?.();
  }

  #checkAfter(delayMs: number): void {
    this.#cancelTimer?.();
    this.#cancelTimer = this.#options.clock.after(delayMs, () => {
      this.#checkAfter(CHECK_EVERY_MS);
      if (this.isReady) return;
      this.#options.port.check().catch((error: unknown) => {
        this.#options.log.info({ error }, 'updates could not be looked for');
        this.#hear({ kind: 'failed' });
      });
    });
  }

  #hear(event: UpdateEvent): void {
    if (this.#policy === 'off') return;
    switch (event.kind) {
      case 'none': {
        this.#show({ state: 'none', version: null, sentence: 'This is the newest version.' });
        return;
      }
      case 'available': {
        this.#found(event.version);
        return;
      }
      case 'ready': {
        this.#show({
          state: 'ready',
          version: event.version,
          sentence: `Version ${event.version} is ready: it is installed when Pointsman is started again.`,
        });
        return;
      }
      case 'failed': {
        this.#show({
          state: 'failed',
          version: null,
          sentence: 'The last look for updates failed. The next one is in a day.',
        });
        return;
      }
    }
  }

  #found(version: string): void {
    this.#view = { state: 'available', version, sentence: `Version ${version} is available.` };
    if (this.#policy !== 'automatic' || !this.#options.port.canInstall) {
      this.#show(this.#view);
      return;
    }
    this.download().catch((error: unknown) => {
      this.#options.log.info({ error }, 'an update could not be downloaded');
      this.#hear({ kind: 'failed' });
    });
  }

  #show(update: UpdateView): void {
    this.#view = update;
    this.#options.onChange(update);
  }
}
