import type { JobWork } from './job-kind.ts';
import type { JobCaller } from './job-caller.ts';
import type { RunMeter } from './run-meter.ts';

/** Makes what the units of background work ask models with. */
export interface JobCallers {
  /** For one unit: its calls are booked to `meter`, and end when `signal` is aborted. */
  forUnit(unit: { run: JobWork['run']; signal: AbortSignal; meter: RunMeter }): JobCaller;
  /**
   * A run has ended or gives way: the models that it loaded itself are taken out of memory. Resolves when they are, or
   * could not be; never rejects.
   */
  release(): Promise<void>;
}
