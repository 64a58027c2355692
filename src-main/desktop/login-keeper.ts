import type { ShellView } from '../../src-shared/bridge.ts';
import type { Log } from '../engine/ports.ts';
import type { LoginStart } from './login-start.ts';
import type { ShellMemoryFile } from './shell-memory.ts';

/**
 * Carries `desktop.startAtLogin` out when it changes, and otherwise leaves the system as it is: a person who switched it
 * off in the system's own settings is not overruled at the next start.
 */
export class LoginKeeper {
  readonly #options: { login: LoginStart; memory: ShellMemoryFile; log: Log };

  constructor(options: { login: LoginStart; memory: ShellMemoryFile; log: Log }) {
    this.#options = options;
  }

  /** Returns what the system says afterwards. */
  follow(wanted: boolean): ShellView['startAtLogin'] {
    const { login, memory, log } = this.#options;
    try {
      if (memory.read().startAtLogin !== wanted) {
        login.set(wanted);
        memory.change({ startAtLogin: wanted });
      }
      return login.read();
    } catch (error) {
      log.warn({ error }, 'start at login could not be set');
      return 'unknown';
    }
  }
}
