import type { SensorState } from '../../../src-shared/machine.ts';
import type { Clock } from '../ports.ts';

/** Something that can be read. It may throw, reject, hang, or give numbers that are none. */
export interface Sensor<Value> {
  readonly name: string;
  /** Not read more often than this. */
  readonly everyMs: number;
  read(): Value | Promise<Value>;
  /** Asking wakes something that costs a battery more than the answer is worth: unknown on battery. */
  readonly restsOnBattery?: boolean;
  /** Is there nothing in it, or something no sensor can mean? Then in words: "a number that is none". */
  inspect?(value: Value): 'empty' | 'garbled' | 'ok';
  /** What was read before is worthless now: the machine slept. */
  reset?(): void;
}

/** Longer than any file or small process takes, shorter than a sample. */
const TIMEOUT_MS = 800;

/**
 * One sensor kept apart from the others: whatever it does, its value is known or null, and `state` says why. A read that
 * hangs is waited for once; until it ends the sensor is not asked again.
 */
export class SensorSlot<Value> {
  value: Value | null = null;
  readonly #sensor: Sensor<Value>;
  readonly #clock: Clock;
  #reading = false;
  #nextAtMs = -Infinity;
  #problem: string | null = null;
  #state: SensorState['state'] = 'unknown';
  #readAtMs: number | null = null;
  /** Reads begun before a reset are not believed. */
  #era = 0;
  #giveUp: () => void = () => undefined;

  constructor(sensor: Sensor<Value>, clock: Clock) {
    this.#sensor = sensor;
    this.#clock = clock;
  }

  get state(): SensorState {
    return { name: this.#sensor.name, state: this.#state, problem: this.#problem, readAtMs: this.#readAtMs };
  }

  /** Everything known is forgotten, and the next refresh reads. */
  reset(): void {
    this.#era++;
    this.#nextAtMs = -Infinity;
    this.value = null;
    this.#state = 'unknown';
    this.#problem = null;
    try {
      this.#sensor.reset?.();
    } catch (error) {
      this.#fail(error);
    }
  }

  /** Waits no longer for a read under way, and leaves no timer. */
  stop(): void {
    this.#era++;
    this.#giveUp();
  }

  /** Reads when it is time to; never rejects, never takes longer than the time limit. */
  async refresh(onBattery = false): Promise<void> {
    if (onBattery && this.#sensor.restsOnBattery === true) {
      this.reset();
      return;
    }
    const nowMs = this.#clock.monotonicMs();
    if (this.#reading || nowMs < this.#nextAtMs) return;
    this.#nextAtMs = nowMs + this.#sensor.everyMs;
    let value: Value | Promise<Value>;
    try {
      value = this.#sensor.read();
    } catch (error) {
      this.#fail(error);
      return;
    }
    if (value instanceof Promise) await this.#wait(value);
    else this.#take(value);
  }

  #wait(pending: Promise<Value>): Promise<void> {
    this.#reading = true;
    const era = this.#era;
    return new Promise((resolve) => {
      let waiting = true;
      const end = () => {
        waiting = false;
        cancelTimer();
        resolve();
      };
      const cancelTimer = this.#clock.after(TIMEOUT_MS, () => {
        this.#fail(new Error(`no answer within ${TIMEOUT_MS} ms`));
        end();
      });
      this.#giveUp = end;
      // What comes too late tells of another moment.
      const settle = (adopt: () => void) => {
        this.#reading = false;
        if (waiting && era === this.#era) adopt();
        if (waiting) end();
      };
      pending.then(
        (value) => settle(() => this.#take(value)),
        (error: unknown) => settle(() => this.#fail(error)),
      );
    });
  }

  #take(value: Value): void {
    const verdict = this.#sensor.inspect?.(value) ?? 'ok';
    this.value = value;
    this.#state = verdict === 'ok' ? 'ok' : verdict === 'empty' ? 'unknown' : 'failed';
    this.#problem = verdict === 'garbled' ? 'it gave a number that is none' : null;
    if (verdict === 'ok') this.#readAtMs = this.#clock.nowMs();
  }

  #fail(error: unknown): void {
    this.value = null;
    this.#state = 'failed';
    this.#problem = error instanceof Error ? error.message : String(error);
  }
}
