import type { Clock } from '../../ports.ts';

/** How long a unit may take to end once it has to. */
export const GRACE_MS = 1_000;

export type UnitEnd<Outcome> =
  | { kind: 'done'; outcome: Outcome }
  | { kind: 'threw'; error: unknown }
  /** It did not heed its signal in time, and nobody waits for it any more. */
  | { kind: 'abandoned' };

/**
 * Waits for a unit until it ends, or for a second after its signal. What an abandoned one says later is thrown away and
 * told to `onLate`. Never rejects.
 */
export async function runUnit<Outcome>(options: {
  clock: Clock;
  signal: AbortSignal;
  begin: () => Promise<Outcome>;
  onLate: (end: UnitEnd<Outcome>) => void;
}): Promise<UnitEnd<Outcome>> {
  const { clock, signal, begin, onLate } = options;
  const { promise, resolve } = Promise.withResolvers<UnitEnd<Outcome>>();
  let cancelGrace: (() => void) | null = null;
  let isOver = false;
  const end = (with_: UnitEnd<Outcome>) => {
    if (isOver) onLate(with_);
    else resolve(with_);
    isOver = true;
  };
  const abandonSoon = () => {
    cancelGrace = clock.after(GRACE_MS, () => end({ kind: 'abandoned' }));
  };
  signal.addEventListener('abort', abandonSoon, { once: true });
  if (signal.aborted) abandonSoon();
  // In a function of its own: one that throws before its first await fails like any other.
  const work = async () => begin();
  work().then(
    (outcome) => end({ kind: 'done', outcome }),
    (error: unknown) => end({ kind: 'threw', error }),
  );
  const ended = await promise;
  signal.removeEventListener('abort', abandonSoon);
  (cancelGrace as (() => void) | null)?.();
  return ended;
}
