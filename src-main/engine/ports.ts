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
