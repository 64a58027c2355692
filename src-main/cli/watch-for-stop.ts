export interface StopWatch {
  /** Resolves at the first SIGINT or SIGTERM; a second one ends the process at once. */
  stopped: Promise<void>;
  /** Nobody waits any more: the process may end by itself. */
  dismiss(): void;
}

const SIGNALS = ['SIGINT', 'SIGTERM'] as const;
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** Watches for the wish to stop, and keeps the process alive until then. */
export function watchForStop(): StopWatch {
  const alive = setInterval(() => undefined, LONGEST_TIMER_MS);
  let stop: () => void = () => undefined;
  const stopped = new Promise<void>((resolve) => (stop = resolve));
  const onSignal = () => {
    for (const signal of SIGNALS) {
      process.off(signal, onSignal);
      process.once(signal, () => process.exit(130));
    }
    stop();
  };
  for (const signal of SIGNALS) process.on(signal, onSignal);
  return {
    stopped,
    dismiss() {
      clearInterval(alive);
    },
  };
}
