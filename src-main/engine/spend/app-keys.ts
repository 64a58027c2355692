import { hash } from 'node:crypto';
import type { AppSettings } from '../../../src-shared/settings.ts';
import type { Random } from '../ports.ts';

/** What every key of ours begins with; no other key is ever hashed or looked up. */
export const APP_KEY_PREFIX = 'pm-';

/** 192 bits in 48 digits. */
const KEY_BYTES = 24;

/** A new key, to be shown once, and its hash, to be kept. */
export function createAppKey(random: Random): { key: string; keyHash: string } {
  const key = APP_KEY_PREFIX + Buffer.from(random.bytes(KEY_BYTES)).toString('hex');
  return { key, keyHash: hashAppKey(key) };
}

/** SHA-256 in hexadecimal. A key is random enough to need no salt and no slow hash. */
export function hashAppKey(key: string): string {
  return hash('sha256', key, 'hex');
}

/**
 * Finds the app of a key. The key is hashed first (0.2 µs) and only digests are compared: how long that takes tells
 * nothing about a key, because nobody can make a key with a digest of their choice. No key is remembered.
 */
export class AppKeys {
  #byHash = new Map<string, AppSettings>();
  #ids = new Set<string>();

  constructor(apps: readonly AppSettings[]) {
    this.update(apps);
  }

  update(apps: readonly AppSettings[]): void {
    this.#byHash = new Map(apps.map((app) => [app.keyHash, app]));
    this.#ids = new Set(apps.map(({ id }) => id));
  }

  /** Also finds apps that are switched off; null: the key is nobody's. */
  find(key: string): AppSettings | null {
    return this.#byHash.get(hashAppKey(key)) ?? null;
  }

  has(id: string): boolean {
    return this.#ids.has(id);
  }
}
