import type { LoggedDecision } from '../../store/logged-decisions.ts';
import type { JobWork } from '../job-kind.ts';
import { toReplayRow, type ReplayRow } from './replay-row.ts';
import type { TrainingParts } from './training-parts.ts';

/** Computing between two breaths, and in one unit. */
const BREATH_MS = 2;
const ROWS_A_BREATH = 16;
const UNIT_MS = 120;
const ROWS_A_UNIT = 1_500;
/** Rows of the log, usable or not: memory and time stay bounded whatever is kept. */
const MOST_READ = 200_000;

/** The log is always the same from here to there, however long the run takes. */
export interface LogRange {
  sinceMs: number;
  untilMs: number;
}

/** Goes once through the log, a unit at a time. It remembers its place, so a unit that was stopped goes on where it was. */
export class LogPass {
  readonly #rows: AsyncIterator<readonly LoggedDecision[]>;
  readonly #toRow: (decision: LoggedDecision) => ReplayRow | null;
  readonly #untilMs: number;
  #portion: readonly LoggedDecision[] = [];
  #at = 0;
  /** Reading failed: begin anew. */
  isBroken = false;

  constructor(parts: Pick<TrainingParts, 'log' | 'settings' | 'endpoints'>, { sinceMs, untilMs }: LogRange) {
    const known = new Set(parts.endpoints().map(({ id }) => id));
    const { qualityThreshold } = parts.settings().optimizer.preferences;
    this.#toRow = (decision) => toReplayRow(decision, { isKnown: (id) => known.has(id), qualityThreshold });
    this.#untilMs = untilMs;
    this.#rows = parts.log.read({ sinceMs, limit: MOST_READ })[Symbol.asyncIterator]();
  }

  /** Hands on one unit's rows; true: those were the last. Rejects when the unit has to stop, after a whole row. */
  async work(take: (row: ReplayRow) => void, work: Pick<JobWork, 'clock' | 'breathe'>): Promise<boolean> {
    let computedMs = 0;
    for (let rows = 0; rows < ROWS_A_UNIT && computedMs < UNIT_MS;) {
      const fromMs = work.clock.monotonicMs();
      for (let taken = 0; taken < ROWS_A_BREATH && work.clock.monotonicMs() - fromMs < BREATH_MS; taken += 1) {
        if (this.#at === this.#portion.length && !(await this.#readOn())) return true;
        const decision = this.#portion[this.#at++];
        if (decision === undefined) continue;
        if (decision.startedAtMs >= this.#untilMs) return true;
        const row = this.#toRow(decision);
        rows += 1;
        if (row !== null) take(row);
      }
      computedMs += work.clock.monotonicMs() - fromMs;
      await work.breathe();
    }
    return false;
  }

  /** Gives back what reading holds. */
  async close(): Promise<void> {
    await this.#rows.return?.();
  }

  async #readOn(): Promise<boolean> {
    try {
      const next: IteratorResult<readonly LoggedDecision[], unknown> = await this.#rows.next();
      if (next.done === true) return false;
      this.#portion = next.value;
      this.#at = 0;
      return true;
    } catch (error) {
      this.isBroken = true;
      throw error;
    }
  }
}
