import type { KeptView } from '../../../../src-shared/jobs.ts';
import type { Settings } from '../../../../src-shared/settings.ts';
import type { Clock, Log, Random, SecretStore } from '../../ports.ts';
import type { FinishedChat, PromptKeeper } from '../../store/finished-chat.ts';
import type { KeptPromptTable } from '../../store/kept-prompt-table.ts';
import { KeepPace, type Room } from './keep-pace.ts';
import { KeepQueue } from './keep-queue.ts';
import { KeptReader } from './kept-reader.ts';
import { VaultEraser } from './vault-eraser.ts';
import { VaultKeys, type VaultKey } from './vault-key.ts';
import { tellProblem } from './vault-problem.ts';

const DAY_MS = 24 * 3_600_000;
const MEGABYTE = 1_000_000;

export interface PromptVaultOptions {
  clock: Clock;
  random: Random;
  log: Log;
  secrets: SecretStore;
  table: KeptPromptTable;
  settings: () => Settings;
  /** What `view` says has changed. Must be quick. */
  onChange: () => void;
}

/**
 * Keeps prompts and accepted answers, encrypted, while the person agrees: the setting `privacy.keepPrompts.enabled` says
 * that they do, the key in the secret store that they did so on this machine. Withdrawing destroys the key and erases all.
 */
export class PromptVault implements PromptKeeper {
  consent: number | null = null;
  /** For jobs. */
  readonly prompts: KeptReader;
  readonly #options: PromptVaultOptions;
  readonly #keys: VaultKeys;
  readonly #queue: KeepQueue;
  readonly #eraser: VaultEraser;
  readonly #pace: KeepPace;
  #key: VaultKey | null = null;
  /** Counts consents given and withdrawn. */
  #consents = 0;
  /** Giving and withdrawing take their turns. */
  #turn: Promise<unknown> = Promise.resolve();
  #keyProblem: string | null = null;
  #stopped = false;

  constructor(options: PromptVaultOptions) {
    const { clock, random, log, table } = options;
    this.#options = options;
    this.#keys = new VaultKeys(options);
    this.#pace = new KeepPace({ clock, room: this.#room(), onOpen: () => this.#refresh() });
    this.#eraser = new VaultEraser({
      ...{ clock, log, table },
      limits: () => ({ mostMs: this.#room().days * DAY_MS, bytes: this.#room().bytes }),
      onGone: () => this.#noteChange(),
    });
    this.prompts = new KeptReader({
      ...options,
      key: () => this.#key,
      isGoing: (requestId) => this.#eraser.isGoing(requestId),
    });
    this.#queue = new KeepQueue({
      ...{ clock, random, log, table },
      key: () => this.#key,
      keepsPrivate: () => this.#settings.private,
      keepMs: () => this.#room().days * DAY_MS,
      onChange: (writtenBytes) => this.#noteWritten(writtenBytes),
    });
  }

  /** The person agrees, and the key is there. */
  isReady(): boolean {
    return this.#key !== null;
  }

  /** Takes up the consent that holds, and brings to its end what an earlier run could not. */
  start(): void {
    if (this.#settings.enabled) {
      this.keyArrived();
      if (this.#key === null) void this.#eraser.sweep();
    } else if (this.#keys.read() !== null || this.#options.table.sums().count > 0) {
      void this.#inTurn(() => this.#destroy());
    }
  }

  /** The key may be in the secret store now. */
  keyArrived(): void {
    if (!this.#settings.enabled || this.#key !== null) return;
    const key = this.#keys.read();
    if (key === null) return;
    this.#use(key);
  }

  /** Settings have changed. Resolves when the vault is as they say; what stands in the way is in `view`. */
  async follow(next: Settings, before: Settings): Promise<void> {
    const [now, then] = [next.privacy.keepPrompts, before.privacy.keepPrompts];
    if (now.enabled !== then.enabled) await (now.enabled ? this.agree() : this.#withdraw());
    this.#pace.setRoom(this.#room());
    if (!now.enabled) return;
    if (then.private && !now.private) await this.#eraser.erasePrivate((ids) => this.prompts.tellErased(ids));
    if (now.days !== then.days || now.megabytes !== then.megabytes) await this.#eraser.sweep();
    this.#noteChange();
  }

  /** Makes a new key, with which keeping begins; what other keys have sealed is erased. null, or what stands in the way. */
  agree(): Promise<string | null> {
    const number = (this.#consents += 1);
    return this.#inTurn(async () => {
      if (number !== this.#consents) return 'Consent was withdrawn meanwhile.';
      try {
        const key = await this.#keys.make();
        this.#keyProblem = null;
        // Withdrawn while the key was being kept: the withdrawal, whose turn is next, destroys it.
        if (number === this.#consents) this.#use(key);
        // Whatever another key has sealed can never be read again.
        await this.#eraser.eraseOfOtherKeys(key.id);
      } catch (error) {
        this.#keyProblem = `The key to kept prompts could not be kept (${this.#keys.description}): ${reasonOf(error)}`;
      }
      this.#noteChange();
      return this.#keyProblem;
    });
  }

  take(chat: FinishedChat): void {
    // A pause that began meanwhile is no reason: long answers have the same chance as short ones.
    if (chat.consent !== this.#consents || this.#key === null || this.#eraser.allGoing || this.#stopped) return;
    if (chat.isPrivate && !this.#settings.private) return;
    this.#pace.spend(chat.characters);
    this.#queue.push(chat);
    this.#refresh();
  }

  /** Erases one (null: all) and what jobs made of it. null when it is gone from the files, or what stands in the way. */
  erase(requestId: string | null): Promise<string | null> {
    this.#queue.forget(requestId);
    this.prompts.tellErased(requestId === null ? null : [requestId]);
    const erasing = this.#eraser.erase(requestId === null ? null : [requestId]);
    this.#refresh();
    return erasing;
  }

  /** All records are being erased, and the prompts with them. */
  forget(): void {
    this.#queue.forget(null);
    this.prompts.tellErased(null);
  }

  /** All records have been erased. */
  recount(): void {
    this.#eraser.forget();
    void this.#eraser.sweep();
    this.#noteChange();
  }

  view(): KeptView {
    const { table } = this.#options;
    const { count, bytes, oldestAtMs } = table.sums();
    const { enabled } = this.#settings;
    return {
      consent: enabled,
      consentedAtMs: enabled ? (this.#key?.consentedAtMs ?? null) : null,
      count,
      bytes,
      oldestAtMs,
      nextEndAtMs: table.nextEndAtMs(this.#room().days * DAY_MS),
      keyIn: this.#keys.description,
      problem: tellProblem({
        enabled,
        hasKey: this.#key !== null,
        keyIn: this.#keys.description,
        keyProblem: this.#keyProblem,
        count,
        writing: this.#queue.problem,
        erasing: this.#eraser.problem,
        ofOtherKeys: this.#key !== null && table.hasOtherKeys(this.#key.id),
        changed: this.prompts.changed,
        dropped: this.#queue.dropped,
      }),
    };
  }

  /** Writes what waits. */
  stop(): void {
    this.#stopped = true;
    this.consent = null;
    this.#pace.stop();
    this.#queue.stop();
    this.#eraser.stop();
  }

  get #settings() {
    return this.#options.settings().privacy.keepPrompts;
  }

  #room(): Room {
    const { megabytes, days } = this.#settings;
    return { bytes: megabytes * MEGABYTE, days };
  }

  #use(key: VaultKey): void {
    this.#key = key;
    this.#noteChange();
    void this.#eraser.sweep();
  }

  /** From here on nothing can be read and nothing more is written, whatever the disk and the keychain say. */
  async #withdraw(): Promise<void> {
    this.#consents += 1;
    this.#key?.bytes.fill(0);
    this.#key = null;
    this.#queue.forget(null);
    this.#refresh();
    this.prompts.tellErased(null);
    await this.#inTurn(() => this.#destroy());
  }

  async #destroy(): Promise<void> {
    try {
      await this.#keys.destroy();
      this.#keyProblem = null;
    } catch (error) {
      this.#keyProblem = `The key to what was kept could not be destroyed (${this.#keys.description}): ${reasonOf(error)}`;
    }
    await this.#eraser.erase(null);
    this.#noteChange();
  }

  #inTurn<Result>(run: () => Promise<Result>): Promise<Result> {
    const done = this.#turn.then(run);
    this.#turn = done.catch(() => undefined);
    return done;
  }

  #noteWritten(bytes: number): void {
    if (bytes > 0) this.#eraser.noteWritten(bytes);
    this.#noteChange();
  }

  #noteChange(): void {
    this.#refresh();
    if (!this.#stopped) this.#options.onChange();
  }

  /** Are answers to be listened to? */
  #refresh(): void {
    if (this.#stopped) return;
    const isOpen = this.#key !== null && this.#pace.isOpen && this.#queue.hasRoom && !this.#eraser.allGoing;
    this.consent = isOpen ? this.#consents : null;
  }
}

/** A keychain's words are made for the person. */
function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
