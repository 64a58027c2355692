import { expect, onTestFinished, test } from 'vitest';
import { JOB_NAMES } from '../../../src-shared/jobs.ts';
import type { Clock } from '../../../src-main/engine/ports.ts';
import { callOperation } from '../../support/call-operation.ts';
import { ManualClock } from '../../support/manual-clock.ts';
import { startTestEngine } from '../../support/start-test-engine.ts';

const MINUTE_MS = 60_000;

/** A manual clock that counts the timers that ring. */
class CountingClock implements Clock {
  readonly manual = new ManualClock();
  rung = 0;

  nowMs(): number {
    return this.manual.nowMs();
  }

  monotonicMs(): number {
    return this.manual.monotonicMs();
  }

  after(delayMs: number, run: () => void): () => void {
    return this.manual.after(delayMs, () => {
      this.rung += 1;
      run();
    });
  }
}

/** Timers that ring in the whole engine in ten minutes in which the gate is closed, for nothing is known of the machine. */
async function timersOfTenMinutes(enabled: boolean): Promise<number> {
  const clock = new CountingClock();
  const engine = await startTestEngine({ clock, settings: { background: { enabled } } });
  onTestFinished(() => engine.stop());
  expect((await callOperation(engine, 'gate.read', {})).open).toBe(false);
  // Work that waits for the gate, also some that a person asked for, and costs nothing until it opens.
  if (enabled) for (const name of JOB_NAMES) await callOperation(engine, 'jobs.run', { name });
  // Attention and what the start left to do are over.
  await clock.manual.advance(2 * MINUTE_MS);
  clock.rung = 0;
  await clock.manual.advance(10 * MINUTE_MS);
  return clock.rung;
}

test('with the gate closed, an engine with background work has as many timers as one without it', async () => {
  const [without, with_] = [await timersOfTenMinutes(false), await timersOfTenMinutes(true)];
  expect(without).toBeGreaterThan(100);
  expect(with_ - without).toBeLessThanOrEqual(1);
});
