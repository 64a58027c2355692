import type { ShellSafeStorage } from '../../../src-main/desktop/electron-api.ts';

type Backend = ReturnType<ShellSafeStorage['getSelectedStorageBackend']>;

/** `safeStorage` with a cipher that a test can see through: bytes turned round, behind the number of the key. */
export class SafeStorageDouble implements ShellSafeStorage {
  isAvailable = true;
  backend: Backend = 'gnome_libsecret';
  /** The keychain is locked, or does not answer: every promise is rejected. */
  isLocked = false;
  /** The keychain's key was replaced: older ciphers are to be renewed. */
  keyNumber = 1;

  isAsyncEncryptionAvailable(): Promise<boolean> {
    return this.isLocked ? this.#refuse() : Promise.resolve(this.isAvailable);
  }

  encryptStringAsync(plainText: string): Promise<Buffer> {
    if (this.isLocked || !this.isAvailable) return this.#refuse();
    return Promise.resolve(Buffer.from([this.keyNumber, ...Buffer.from(plainText).reverse()]));
  }

  decryptStringAsync(encrypted: Buffer): Promise<{ result: string; shouldReEncrypt: boolean }> {
    if (this.isLocked) return this.#refuse();
    const result = Buffer.from(encrypted.subarray(1)).reverse().toString();
    return Promise.resolve({ result, shouldReEncrypt: encrypted[0] !== this.keyNumber });
  }

  getSelectedStorageBackend(): Backend {
    return this.backend;
  }

  #refuse(): Promise<never> {
    return Promise.reject(new Error('The keychain is locked.'));
  }
}
