import type { PowerReading } from '../../src-shared/machine.ts';
/** All that the engine takes from outside itself. Every port has a real implementation and a small test double. */

export interface Clock {
  /** Unix time in milliseconds. May jump. */
  nowMs(): number;
  /** Monotonic milliseconds with sub-millisecond resolution, for durations. */
  monotonicMs(): number;
  /** One-shot timer; the returned function cancels it and may be called at any time. Timers do not keep the process alive. */
  after(delayMs: number, run: () => void): () => void;
}

export interface Random {
  /** Cryptographically strong when it names things; tests seed it. */
  bytes(count: number): Uint8Array;
}

/** Secrets by reference (a provider's id). Values never reach settings, database, logs or error texts. */
export interface SecretStore {
  /** null when there is none. */
  read(reference: string): string | null;
  write(reference: string, value: string): Promise<void>;
  remove(reference: string): Promise<void>;
  /** How secrets are kept, for the person: "file (mode 0600)", "environment", "keychain". */
  readonly description: string;
}

/** Structured logging. Fields never hold prompt, answer, key or token. */
export interface Log {
  debug(fields: Record<string, unknown>, message: string): void;
  info(fields: Record<string, unknown>, message: string): void;
  warn(fields: Record<string, unknown>, message: string): void;
  error(fields: Record<string, unknown>, message: string): void;
}

/** Something that knows a part of power, heat, the person at the machine and the network. */
export interface PowerSource {
  /** For the person: "Linux power supplies", "the desktop shell". */
  readonly name: string;
  /** What it does not know is null. May throw or reject: then nothing of it is known. */
  read(): PowerReading | Promise<PowerReading>;
  /** Told of what should not wait for the next reading; the returned function ends it. */
  subscribe(listener: (event: PowerEvent) => void): () => void;
  /** Ends timers; the source is not used afterwards. */
  stop?(): void;
}

/** The machine is about to sleep, is awake again, or something read from this source has changed. */
export type PowerEvent = 'suspend' | 'resume' | 'change';
