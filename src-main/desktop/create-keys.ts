import { openSecretFile } from '../engine/providers/secret-file.ts';
import { openCipherFile } from './cipher-file.ts';
import type { ElectronApi } from './electron-api.ts';
import { inspectKeychain, type KeychainState } from './keychain.ts';
import { KeyVault } from './key-vault.ts';
import type { ShellHost } from './shell-host.ts';

/** A keychain that asks the person before it answers must not hold up the start. */
const PATIENCE_MS = 3_000;

export interface Keys {
  vault: KeyVault;
  /** What is known of the keychain within a moment; when that is not enough, `onLater` gets it afterwards. */
  inspectSoon(onLater: (state: KeychainState) => void): Promise<KeychainState>;
}

/** Where providers' keys are kept on this machine. */
export function createKeys(options: { electron: Pick<ElectronApi, 'safeStorage'>; host: ShellHost }): Keys {
  const { electron, host } = options;
  const { dataFolder: folder, log, clock, platform } = host;
  const inspect = () => inspectKeychain({ storage: electron.safeStorage, platform });
  const files = { folder, log };
  const vault = new KeyVault({
    storage: electron.safeStorage,
    inspect,
    ciphers: openCipherFile(files),
    plain: openSecretFile(files),
    log,
  });
  return {
    vault,
    inspectSoon(onLater) {
      return new Promise((resolve) => {
        const giveUp = clock.after(PATIENCE_MS, () => {
          resolve({ kind: 'later', sentence: 'The keychain has not answered yet.' });
          void asked.then(onLater);
        });
        const asked = inspect();
        void asked.then((state) => {
          giveUp();
          resolve(state);
        });
      });
    },
  };
}
