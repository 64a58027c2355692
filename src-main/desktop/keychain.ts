import type { ShellSafeStorage } from './electron-api.ts';

/** What the system's keychain can do for us now. `sentence`: for the person. */
export type KeychainState =
  | { kind: 'strong'; sentence: string }
  /** There is none that protects anything. */
  | { kind: 'none'; sentence: string }
  /** It does not answer now. What it holds is neither lost nor to be overwritten. */
  | { kind: 'later'; sentence: string };

const KEPT_BY: Partial<Record<NodeJS.Platform, string>> = {
  darwin: 'Keys are encrypted with the macOS keychain.',
  win32: 'Keys are encrypted for your Windows account.',
};

/**
 * Asks the system; only after `ready`. On Linux "available" proves nothing: with `basic_text` the key to everything is
 * a constant in the program's source.
 */
export async function inspectKeychain(options: {
  storage: ShellSafeStorage;
  platform: NodeJS.Platform;
}): Promise<KeychainState> {
  const { storage, platform } = options;
  try {
    if (!(await storage.isAsyncEncryptionAvailable())) return none('this system offers no keychain');
    if (platform !== 'linux') return { kind: 'strong', sentence: KEPT_BY[platform] ?? 'Keys are encrypted.' };
    const backend = storage.getSelectedStorageBackend();
    if (backend === 'basic_text' || backend === 'unknown') {
      return none('no keyring (GNOME Keyring or KWallet) is running');
    }
    return { kind: 'strong', sentence: `Keys are encrypted with the keyring (${backend.replace('_', ' ')}).` };
  } catch {
    return { kind: 'later', sentence: 'The keychain does not answer. It is asked again when a key is needed.' };
  }
}

function none(why: string): KeychainState {
  return {
    kind: 'none',
    sentence: `Keys are kept unencrypted, in a file that only your account can read, because ${why}.`,
  };
}
