import { createHash } from 'node:crypto';
import type { Clock, Random, SecretStore } from '../../ports.ts';

/** Of the secret store. No provider's id can be this: those have no dots. */
export const VAULT_KEY_REFERENCE = 'kept-prompts.key';

/** Made when the person agrees, and destroyed when they withdraw: without it nothing that was kept can be read. */
export interface VaultKey {
  /** Names the key without telling it. */
  id: string;
  /** 32, for AES-256. */
  bytes: Uint8Array;
  /** Unix milliseconds. */
  consentedAtMs: number;
}

const FORM = /^1:(\d{1,16}):([0-9a-f]{64})$/;

/** The key to what is kept, in the secret store, with the time of the consent that it stands for. */
export class VaultKeys {
  readonly #secrets: SecretStore;
  readonly #random: Random;
  readonly #clock: Clock;

  constructor(options: { secrets: SecretStore; random: Random; clock: Clock }) {
    this.#secrets = options.secrets;
    this.#random = options.random;
    this.#clock = options.clock;
  }

  get description(): string {
    return this.#secrets.description;
  }

  /** null: there is none, it cannot be read now, or it is none of ours. */
  read(): VaultKey | null {
    const [, atMs, hex] = FORM.exec(this.#secrets.read(VAULT_KEY_REFERENCE) ?? '') ?? [];
    return atMs === undefined || hex === undefined ? null : toKey(Buffer.from(hex, 'hex'), Number(atMs));
  }

  /** A new key in place of any other. Rejects when it cannot be kept. */
  async make(): Promise<VaultKey> {
    const bytes = Buffer.from(this.#random.bytes(32));
    const consentedAtMs = Math.round(this.#clock.nowMs());
    await this.#secrets.write(VAULT_KEY_REFERENCE, `1:${consentedAtMs}:${bytes.toString('hex')}`);
    return toKey(bytes, consentedAtMs);
  }

  /** Rejects when it cannot be removed. */
  async destroy(): Promise<void> {
    if (this.#secrets.read(VAULT_KEY_REFERENCE) !== null) await this.#secrets.remove(VAULT_KEY_REFERENCE);
  }
}

function toKey(bytes: Uint8Array, consentedAtMs: number): VaultKey {
  const id = createHash('sha256').update('pointsman kept prompts').update(bytes).digest('hex').slice(0, 32);
  return { id, bytes, consentedAtMs };
}
