import type { Settings } from '../../src-shared/settings.ts';
import { ControlProblem } from './gateway/control/control-problem.ts';
import { saveSettings } from './store/settings-file.ts';

/** Takes over changed settings. */
export type SettingsFollower = (next: Settings, before: Settings) => void | Promise<void>;

/** The settings in force, and everybody who must follow them. */
export class LiveSettings {
  /** What the engine began with. */
  readonly atStart: Settings;
  readonly #folder: string;
  readonly #followers: SettingsFollower[] = [];
  #current: Settings;

  constructor(options: { folder: string; settings: Settings }) {
    this.atStart = options.settings;
    this.#current = options.settings;
    this.#folder = options.folder;
  }

  get current(): Settings {
    return this.#current;
  }

  /** `follower` is called with every change, in the order of coming. */
  follow(follower: SettingsFollower): void {
    this.#followers.push(follower);
  }

  /**
   * Writes the settings down, puts them in force at once, and resolves when everybody follows. Rejects with a
   * ControlProblem when they cannot be written; the old ones then stay.
   */
  async adopt(next: Settings): Promise<void> {
    const saved = saveSettings({ folder: this.#folder, settings: next });
    if (!saved.ok) throw new ControlProblem(409, 'not_saved', saved.message);
    const before = this.#current;
    this.#current = next;
    await Promise.all(this.#followers.map(async (follower) => follower(next, before)));
  }
}
