import { createContext } from 'svelte';
import type { Bridge, ShellView } from '../../src-shared/bridge.ts';

/** The desktop application around the window, as it is now. */
export class Shell {
  /** null: not told yet, and always in a browser. */
  view = $state.raw<ShellView | null>(null);
  readonly #stop: () => void;

  constructor(bridge: Bridge | null) {
    this.#stop = bridge?.onShell((view) => (this.view = view)) ?? (() => undefined);
    // What was told meanwhile is newer.
    void bridge?.shell().then((view) => (this.view ??= view));
  }

  stop(): void {
    this.#stop();
  }
}

export const [getShell, setShell] = createContext<Shell>();
