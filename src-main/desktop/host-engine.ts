import { toEngine, type ToEngine, type ToShell } from '../../src-shared/shell.ts';
import type { Engine, EngineOptions } from '../engine/engine.ts';
import { StartError, startEngine } from '../engine/engine.ts';
import { VAULT_KEY_REFERENCE } from '../engine/jobs/kept/vault-key.ts';
import type { Clock, Log } from '../engine/ports.ts';
import { createMachinePower, createMachineSensors } from '../engine/resources/machine-sensors.ts';
import { createPushedPower, type PushedPower } from '../engine/resources/pushed-power.ts';
import { systemRandom } from '../engine/system-ports.ts';
import { PortSecrets } from './port-secrets.ts';

export interface HostOptions {
  post: (message: ToShell) => void;
  clock: Clock;
  log: Log;
  platform: NodeJS.Platform;
  environment: Readonly<Record<string, string | undefined>>;
  folder: string;
  /** Reads the settings; called once, when the shell says start. */
  load: () => Pick<EngineOptions, 'settings' | 'warnings'>;
  pagesFolder: string;
  setLogLevel: NonNullable<EngineOptions['setLogLevel']>;
  /** The end of the process. */
  exit: (code: number) => void;
}

/** So long the start waits for keys: a keychain that asks the person must not hold up everything else. */
const KEYS_PATIENCE_MS = 3_000;
const LAST_WORDS_MS = 2_000;

/** Where the shell looks for new versions, unless the person wants none. */
const UPDATE_HOSTS = ['github.com', 'release-assets.githubusercontent.com'].map((host) => ({
  host,
  purpose: 'Updates of Pointsman (desktop.updates)',
  providerId: null,
  local: false,
}));

/** Runs the engine at the shell's word, in a process of its own. */
export class EngineHost {
  readonly #options: HostOptions;
  readonly #power: PushedPower;
  #secrets: PortSecrets | null = null;
  #engine: Promise<Engine | null> | null = null;
  #isStopping = false;

  constructor(options: HostOptions) {
    this.#options = options;
    this.#power = createPushedPower({ clock: options.clock, log: options.log });
  }

  /** A message of the shell; one that is not understood is logged and ignored. */
  hear(content: unknown): void {
    const parsed = toEngine.safeParse(content);
    if (!parsed.success) {
      this.#options.log.warn({ issues: parsed.error.issues.length }, 'the shell said something unknown');
      return;
    }
    this.#follow(parsed.data);
  }

  /** Unloads what we loaded, writes everything down, and ends the process. May be called again. */
  async stop(): Promise<void> {
    if (this.#isStopping) return;
    this.#isStopping = true;
    this.#secrets?.stop();
    try {
      const engine = await this.#engine;
      await engine?.stop();
      this.#options.exit(0);
    } catch (error) {
      this.#options.log.error({ error }, 'the engine could not stop in order');
      this.#options.exit(1);
    }
  }

  #follow(message: ToEngine): void {
    switch (message.type) {
      case 'start':
        this.#engine ??= this.#start(message.secrets);
        return;
      case 'power': {
        this.#power.push(message.reading);
        return;
      }
      case 'suspend':
      case 'resume': {
        this.#power.announce(message.type);
        return;
      }
      case 'ping': {
        this.#options.post({ type: 'pong' });
        return;
      }
      case 'secret':
        return this.#secrets?.hear(message);
      case 'stop':
        return void this.stop();
    }
  }

  async #start(description: string): Promise<Engine | null> {
    const { post, clock, log, exit } = this.#options;
    try {
      const engine = await this.#startEngine(description);
      this.#report(engine);
      return engine;
    } catch (error) {
      if (error instanceof StartError) {
        log.error({ message: error.message }, 'the engine cannot start');
        post({ type: 'failed', message: error.message });
        // The shell says stop when it has heard; a process that ends at once may take its last words along.
        clock.after(LAST_WORDS_MS, () => exit(1));
      } else {
        log.error({ error }, 'the engine failed while it started');
        exit(1);
      }
      return null;
    }
  }

  async #startEngine(description: string): Promise<Engine> {
    const { post, clock, log, platform, environment, folder, load, pagesFolder, setLogLevel } = this.#options;
    const loaded = load();
    const secrets = new PortSecrets({
      clock,
      log,
      description,
      ask: post,
      onArrival: (reference) => void this.#engine?.then((engine) => engine?.credentialChanged(reference)),
    });
    this.#secrets = secrets;
    const references = loaded.settings.providers.filter(({ auth }) => auth !== 'none').map(({ id }) => id);
    await secrets.fetch([...references, VAULT_KEY_REFERENCE], KEYS_PATIENCE_MS);
    const machine = { clock, log, platform, environment };
    return startEngine({
      clock,
      random: systemRandom,
      log,
      secrets,
      environment,
      folder,
      ...loaded,
      pagesFolder,
      setLogLevel,
      keepsLogFile: true,
      otherHosts: UPDATE_HOSTS,
      // What the shell does not know is null there, so on Linux the kernel's files have the word on power and heat.
      machine: { sensors: createMachineSensors(machine), power: [this.#power, ...createMachinePower(machine)] },
    });
  }

  #report(engine: Engine): void {
    const { post } = this.#options;
    const tellSettings = () => {
      const { desktop, setup } = engine.settings();
      post({ type: 'settings', desktop, setupDone: setup.done });
    };
    // Before `ready`: the shell decides by them what it shows first.
    tellSettings();
    post({ type: 'ready', addresses: [...engine.addresses], controlToken: engine.controlToken });
    engine.onSettings(tellSettings);
    engine.onControlToken((controlToken) => post({ type: 'token', controlToken }));
    engine.events.on('tray', (status) => post({ type: 'tray', status }));
    engine.events.on('notice', (notice) => post({ type: 'notice', notice }));
    post({ type: 'tray', status: engine.tray() });
  }
}
