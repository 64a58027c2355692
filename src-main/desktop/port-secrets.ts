import type { ToEngine, ToShell } from '../../src-shared/shell.ts';
import type { Clock, Log, SecretStore } from '../engine/ports.ts';
import { ControlProblem } from '../engine/gateway/control/control-problem.ts';

type Wanted = Extract<ToShell, { type: 'secret_wanted' }>;
type Answer = Extract<ToEngine, { type: 'secret' }>;

export interface PortSecretsOptions {
  clock: Clock;
  log: Log;
  /** How the shell keeps them, in words. */
  description: string;
  ask: (wanted: Wanted) => void;
  /** A key that could not be read before has come. */
  onArrival: (reference: string) => void;
}

/** Pauses before a keychain that did not answer is asked again; the last one holds from then on. */
const RETRY_MS = [5_000, 15_000, 60_000, 300_000] as const;

/**
 * The engine's secrets, kept by the shell at the other end of the port. The engine reads at once, so all that may be asked
 * for is fetched at the start and held in memory; a change counts when the shell has kept it. "Could not be read" is not
 * "there is none": it is asked again until there is an answer.
 */
export class PortSecrets implements SecretStore {
  readonly description: string;
  readonly #options: PortSecretsOptions;
  readonly #values = new Map<string, string>();
  readonly #waiting = new Map<number, (answer: Answer) => void>();
  readonly #timers = new Set<() => void>();
  #lastId = 0;

  constructor(options: PortSecretsOptions) {
    this.#options = options;
    this.description = options.description;
  }

  /** Resolves when each was answered, or after `patienceMs`: a keychain may wait for the person. */
  async fetch(references: readonly string[], patienceMs: number): Promise<void> {
    let giveUp: () => void = () => undefined;
    const patience = new Promise<void>((resolve) => {
      giveUp = this.#options.clock.after(patienceMs, resolve);
    });
    const late = new Set(references);
    const answers = references.map(async (reference) => {
      const isLate = () => !late.has(reference);
      await this.#fetchOne({ reference, tries: 0, isLate });
      late.delete(reference);
    });
    await Promise.race([Promise.all(answers), patience]);
    giveUp();
    late.clear();
  }

  /** An answer of the shell. */
  hear(answer: Answer): void {
    const settle = this.#waiting.get(answer.id);
    this.#waiting.delete(answer.id);
    settle?.(answer);
  }

  read(reference: string): string | null {
    return this.#values.get(reference) ?? null;
  }

  async write(reference: string, value: string): Promise<void> {
    await this.#change({ action: 'write', reference, value });
    this.#values.set(reference, value);
  }

  async remove(reference: string): Promise<void> {
    await this.#change({ action: 'remove', reference, value: null });
    this.#values.delete(reference);
  }

  stop(): void {
    for (const cancel of this.#timers) cancel();
    this.#timers.clear();
  }

  async #fetchOne(options: { reference: string; tries: number; isLate: () => boolean }): Promise<void> {
    const { reference, tries, isLate } = options;
    const { value, problem } = await this.#ask({ action: 'read', reference, value: null });
    if (problem !== null) {
      this.#options.log.warn({ provider: reference, problem }, 'a key could not be read yet');
      this.#later(RETRY_MS[Math.min(tries, RETRY_MS.length - 1)] ?? RETRY_MS[3], () => {
        void this.#fetchOne({ reference, tries: tries + 1, isLate: () => true });
      });
      return;
    }
    // What was set meanwhile is newer.
    if (value === null || this.#values.has(reference)) return;
    this.#values.set(reference, value);
    if (isLate()) this.#options.onArrival(reference);
  }

  async #change(change: Pick<Wanted, 'action' | 'reference' | 'value'>): Promise<void> {
    const { problem } = await this.#ask(change);
    if (problem !== null) throw new ControlProblem(409, 'not_saved', problem);
  }

  #ask(wanted: Pick<Wanted, 'action' | 'reference' | 'value'>): Promise<Answer> {
    const id = (this.#lastId += 1);
    const answer = new Promise<Answer>((resolve) => this.#waiting.set(id, resolve));
    this.#options.ask({ type: 'secret_wanted', id, ...wanted });
    return answer;
  }

  #later(delayMs: number, run: () => void): void {
    const cancel = this.#options.clock.after(delayMs, () => {
      this.#timers.delete(cancel);
      run();
    });
    this.#timers.add(cancel);
  }
}
