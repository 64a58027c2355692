import type { OutboundHost, TrayStatus } from '../../src-shared/house.ts';
import type { Settings } from '../../src-shared/settings.ts';
import type { EventHub } from './events/event-hub.ts';
import type { Clock, Log, PowerSource, Random, SecretStore } from './ports.ts';
import type { ImageNetwork } from './providers/fetch-image.ts';
import type { MachineSensors } from './resources/sensor-board.ts';

/** What an engine is started with. */
export interface EngineOptions {
  clock: Clock;
  random: Random;
  log: Log;
  secrets: SecretStore;
  environment: Readonly<Record<string, string | undefined>>;
  /** Where settings, records, token and discovery file live. */
  folder: string;
  settings: Settings;
  /** Where to listen this time, whatever the settings say; never saved. */
  listenAt?: { host?: string; port?: number };
  /** Where the built pages are; default: there are none. */
  pagesFolder?: string | null;
  /** Tells the log that another level is wanted. */
  setLogLevel?: (level: Settings['log']['level']) => void;
  /** Holds every answer of the control API against its schema; for tests. */
  checkAnswers?: boolean;
  /** Where images may be fetched from; default: the public internet. */
  imageNetwork?: ImageNetwork;
  /**
   * What is known of the machine; default: its own sensors. A shell that sees more puts its own source before the
   * machine's (`[createPushedPower(…), ...createMachinePower(…)]`): of each value the first known one counts, every
   * source's suspend and resume are heard, and what a shell cannot know it leaves null (on Linux: power and heat).
   */
  machine?: { sensors: MachineSensors; power: readonly PowerSource[] };
  /** What went wrong before the engine was there (a settings file kept aside), in sentences. */
  warnings?: readonly string[];
  /** Keeps the log in files of the data folder, whatever the settings say. */
  keepsLogFile?: boolean;
  /** Hosts that the program around the engine calls, such as the one with its updates; only to be shown. */
  otherHosts?: readonly OutboundHost[];
}

/** A running engine. */
export interface Engine {
  /** Base URLs in use: the gateway's first, then Ollama's place when it is on. */
  readonly addresses: readonly string[];
  /** The one that holds now. */
  readonly controlToken: string;
  /** Called with each new control token. Returns the way to end that. */
  onControlToken(listener: (token: string) => void): () => void;
  /** The ones in force. */
  settings(): Settings;
  /** Called with every change of them. */
  onSettings(listener: (next: Settings) => void): void;
  /** A provider's key has come to the secret store, or gone from it, by another way than the control API. */
  credentialChanged(providerId: string): Promise<void>;
  /** What happens, for listeners in this process. */
  readonly events: Pick<EventHub, 'on'>;
  /** What the tray says now; `events` tells when it says something else. */
  tray(): TrayStatus;
  /** Resolves when every provider has been looked at once. */
  ready(): Promise<void>;
  /** Stops listening, lets calls under way end for `graceMs`, and writes everything down. */
  stop(graceMs?: number): Promise<void>;
}
