import type { JobWork, UnitOutcome } from '../job-kind.ts';
import { neighboursOf } from './learner-knobs.ts';
import { LogPass } from './log-pass.ts';
import type { CheckpointOf, Division, TrainingCheckpoint } from './training-checkpoint.ts';
import { TrainingMemory } from './training-memory.ts';
import type { TrainingParts } from './training-parts.ts';
import { readJudgedUntil } from './training-results.ts';

/** Decisions that are replayed at most, the latest; and at least, to choose by and to judge by. */
const MOST_ROWS = 20_000;
const FEWEST_ROWS = 200;
/** Decisions whose prompts are kept, at least: so many, and this share. */
const FEWEST_PROMPTS = 200;
const SHARE_OF_PROMPTS = 0.5;

interface Counted {
  times: number[];
  kept: boolean[];
}

/** Finds out what there is, and where it is divided: what was judged by once is never judged by again. */
export class LogCount {
  readonly #parts: TrainingParts;
  readonly #memory = new TrainingMemory<Counted>();

  constructor(parts: TrainingParts) {
    this.#parts = parts;
  }

  async unit(at: CheckpointOf<'count'>, work: JobWork): Promise<UnitOutcome<TrainingCheckpoint>> {
    const begin = () => ({ pass: new LogPass(this.#parts, at), gathered: { times: [], kept: [] } as Counted });
    const { pass, gathered } = this.#memory.open(work.run.id, begin);
    const isOver = await pass.work((row) => {
      gathered.times.push(row.startedAtMs);
      gathered.kept.push(this.#parts.prompts.has(row.requestId));
    }, work);
    if (!isOver) return { next: { ...at, done: at.done + 1 }, unitsTotal: null, doing: 'Counting past decisions.' };
    this.#memory.clear();
    return this.#divide(at, gathered);
  }

  clear(): void {
    this.#memory.clear();
  }

  #divide(at: CheckpointOf<'count'>, { times, kept }: Counted): UnitOutcome<TrainingCheckpoint> {
    const from = Math.max(0, times.length - MOST_ROWS);
    const used = times.slice(from);
    const middleMs = used[Math.floor(used.length / 2)] ?? at.untilMs;
    const judgedFromMs = Math.max(middleMs, readJudgedUntil(this.#parts.results));
    const judgedRows = used.filter((atMs) => atMs >= judgedFromMs).length;
    if (used.length - judgedRows < FEWEST_ROWS || judgedRows < FEWEST_ROWS) {
      return { next: null, unitsTotal: at.done + 1, found: tooFew(used.length, judgedRows) };
    }
    const prompts = kept.slice(from).filter((isKept) => isKept).length;
    const withPrompts = prompts >= FEWEST_PROMPTS && prompts >= SHARE_OF_PROMPTS * used.length;
    const division: Division = {
      ...{ sinceMs: used[0] ?? at.sinceMs, judgedFromMs, untilMs: at.untilMs },
      ...{ rows: used.length, judgedRows, withPrompts },
    };
    const present = this.#parts.settings().optimizer.learner;
    const waiting = [present, ...neighboursOf(present, { withPrompts })];
    return {
      next: { step: 'try', done: at.done + 1, division, round: 1, tried: [], waiting },
      unitsTotal: null,
      doing: 'Trying other ways of learning.',
    };
  }
}

function tooFew(rows: number, judgedRows: number): string {
  const fresh = judgedRows < FEWEST_ROWS ? `${judgedRows} of them new` : 'too few of them old';
  return `There are ${rows} past decisions to learn from, ${fresh}; ${FEWEST_ROWS} to choose by and ${FEWEST_ROWS} new ones to judge by are needed.`;
}
