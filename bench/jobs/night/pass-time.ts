import type { ManualClock } from '../../../test/support/manual-clock.ts';

const TURNS = 6;

/** Moves the clock from timer to timer until the wall clock shows that time; between any two everything has its turn. */
export async function passUntil(clock: ManualClock, untilMs: number): Promise<void> {
  for (;;) {
    await turns();
    const leftMs = untilMs - clock.nowMs();
    const stepMs = Math.min(clock.nextTimerMs ?? Infinity, leftMs);
    await clock.advance(stepMs);
    if (stepMs === leftMs) break;
  }
  await turns();
}

/** Whatever waits for nothing but its turn has had it. */
export async function turns(): Promise<void> {
  for (let turn = 0; turn < TURNS; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}
