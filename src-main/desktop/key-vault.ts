import type { ToEngine, ToShell } from '../../src-shared/shell.ts';
import type { Log, SecretStore } from '../engine/ports.ts';
import type { CipherFile } from './cipher-file.ts';
import type { ShellSafeStorage } from './electron-api.ts';
import type { KeychainState } from './keychain.ts';

type Wanted = Extract<ToShell, { type: 'secret_wanted' }>;
type Answer = Extract<ToEngine, { type: 'secret' }>;

export interface KeyVaultOptions {
  storage: ShellSafeStorage;
  inspect: () => Promise<KeychainState>;
  ciphers: CipherFile;
  /** The file that the headless start keeps its keys in. */
  plain: SecretStore;
  log: Log;
}

/**
 * Keeps providers' keys for the engine. Two places are read: the file of the headless start first, because what stands
 * there was put there last (a key written here is taken out of it), then what the keychain encrypted. A keychain that
 * does not answer is a problem for later: nothing is taken for missing, and nothing is overwritten.
 */
export class KeyVault {
  readonly #options: KeyVaultOptions;
  /** One after the other: two changes of the same key must not overtake each other. */
  #turn: Promise<unknown> = Promise.resolve();

  constructor(options: KeyVaultOptions) {
    this.#options = options;
  }

  /** Never rejects: what goes wrong is the answer's `problem`. */
  answer(wanted: Wanted): Promise<Answer> {
    const done = this.#turn.then(async (): Promise<Answer> => {
      try {
        return { type: 'secret', id: wanted.id, value: await this.#do(wanted), problem: null };
      } catch (error) {
        // The system's words may quote what was to be kept.
        this.#options.log.warn({ action: wanted.action, reference: wanted.reference }, 'the keychain refused');
        return { type: 'secret', id: wanted.id, value: null, problem: problemOf(error) };
      }
    });
    this.#turn = done;
    return done;
  }

  async #do({ action, reference, value }: Wanted): Promise<string | null> {
    if (action === 'read') return this.#read(reference);
    if (action === 'write') await this.#write(reference, value ?? '');
    else await this.#forget(reference);
    return null;
  }

  async #read(reference: string): Promise<string | null> {
    const { plain, ciphers, storage } = this.#options;
    const kept = plain.read(reference);
    if (kept !== null) return kept;
    const cipher = ciphers.read(reference);
    if (cipher === null) return null;
    const { result, shouldReEncrypt } = await storage.decryptStringAsync(cipher).catch(throwLater);
    if (shouldReEncrypt) await this.#renew(reference, result);
    return result;
  }

  async #write(reference: string, value: string): Promise<void> {
    const { plain, ciphers, storage, inspect } = this.#options;
    const keychain = await inspect();
    if (keychain.kind === 'later') throw new KeychainProblem(keychain.sentence);
    if (keychain.kind === 'none') {
      await plain.write(reference, value);
      ciphers.remove(reference);
      return;
    }
    ciphers.write(reference, await storage.encryptStringAsync(value).catch(throwLater));
    if (plain.read(reference) !== null) await plain.remove(reference);
  }

  async #forget(reference: string): Promise<void> {
    const { plain, ciphers } = this.#options;
    ciphers.remove(reference);
    if (plain.read(reference) !== null) await plain.remove(reference);
  }

  /** The keychain has a newer key: what was encrypted with the old one is worth keeping until this has worked. */
  async #renew(reference: string, value: string): Promise<void> {
    const { ciphers, storage, log } = this.#options;
    try {
      ciphers.write(reference, await storage.encryptStringAsync(value));
    } catch {
      log.warn({ reference }, 'a key could not be encrypted anew; its old form is kept');
    }
  }
}

class KeychainProblem extends Error {}

function throwLater(): never {
  throw new KeychainProblem('The keychain does not answer now. Unlock it, or try again later.');
}

function problemOf(error: unknown): string {
  return error instanceof KeychainProblem
    ? error.message
    : 'The key could not be kept: the data folder is not writable.';
}
