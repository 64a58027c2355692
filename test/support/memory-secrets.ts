import type { SecretStore } from '../../src-main/engine/ports.ts';

/** A secret store that forgets everything with the test. */
export class MemorySecrets implements SecretStore {
  readonly description = 'memory';
  readonly entries: Map<string, string>;

  constructor(entries: Record<string, string> = {}) {
    this.entries = new Map(Object.entries(entries));
  }

  read(reference: string): string | null {
    return this.entries.get(reference) ?? null;
  }

  write(reference: string, value: string): Promise<void> {
    this.entries.set(reference, value);
    return Promise.resolve();
  }

  remove(reference: string): Promise<void> {
    this.entries.delete(reference);
    return Promise.resolve();
  }
}
