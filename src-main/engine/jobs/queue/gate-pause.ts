import type { Clock } from '../../ports.ts';
import type { IdleGate } from '../../resources/idle-gate.ts';
import type { JobSaver } from '../../store/job-saver.ts';
import type { JobState } from '../../store/job-write.ts';

export interface GatePauseParts {
  clock: Clock;
  gate: Pick<IdleGate, 'state' | 'pause'>;
  saver: Pick<JobSaver, 'save'>;
}

/**
 * The pause of all background work. Every one goes through the gate, whoever asks for it; here it is only remembered for
 * the next start.
 */
export class GatePause {
  readonly #parts: GatePauseParts;
  #paused = false;
  #untilMs: number | null = null;

  constructor(parts: GatePauseParts) {
    this.#parts = parts;
  }

  /** Goes on with the one that an earlier process wrote down, unless its time is over. */
  load(states: readonly JobState[]): void {
    const { clock, gate } = this.#parts;
    const known = states.find(({ job }) => job === '');
    this.#paused = known?.paused ?? false;
    this.#untilMs = known?.pausedUntilMs ?? null;
    if (this.#paused && (this.#untilMs === null || this.#untilMs > clock.nowMs())) gate.pause(this.#untilMs);
    this.note();
  }

  /** It may have become another one. */
  note(): void {
    const { paused, pausedUntilMs } = this.#parts.gate.state();
    if (paused === this.#paused && pausedUntilMs === this.#untilMs) return;
    this.#paused = paused;
    this.#untilMs = pausedUntilMs;
    this.remember();
  }

  /** Writes it down. */
  remember(): void {
    const state = { job: '', paused: this.#paused, pausedUntilMs: this.#untilMs, nextDueAtMs: null } as const;
    this.#parts.saver.save({ kind: 'state', state });
  }
}
