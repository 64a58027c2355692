import { toClientError } from '../client/client-error.ts';
import { getToaster, type Toaster } from './toaster.svelte.ts';

/** Something that a person asks of the engine: busy while it is under way, and told when it fails. */
export class Action {
  isBusy = $state(false);
  /** The last time. */
  hasFailed = $state(false);
  readonly #toaster: Toaster;
  readonly #failed: string;

  constructor(toaster: Toaster, failed: string) {
    this.#toaster = toaster;
    this.#failed = failed;
  }

  /** `done`: told when it went well. Never rejects. */
  async run(work: () => Promise<unknown>, done?: string): Promise<void> {
    this.isBusy = true;
    this.hasFailed = false;
    try {
      await work();
      if (done !== undefined) this.#toaster.show({ level: 'info', title: done });
    } catch (error) {
      this.hasFailed = true;
      this.#toaster.show({ level: 'error', title: this.#failed, text: toClientError(error).message });
    }
    this.isBusy = false;
  }
}

/** Call it while a component is set up. `failed`: the headline when it fails; the reason stands below. */
export const createAction = (failed: string): Action => new Action(getToaster(), failed);
