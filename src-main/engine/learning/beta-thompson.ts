import { isJsonObject } from '../protocols/json.ts';
import { isCount } from '../stats/is-count.ts';
import { drawBestArm } from './beta-draws.ts';
import { betaMean, UNIFORM, type BetaPosterior } from './beta-posterior.ts';
import { probabilitiesOfBeingBest } from './beta-probabilities.ts';

/** After each reward of a task kind, what was seen before in that kind weighs this much less: about the last 500 count. */
const RETENTION = 0.998;
/** Every arm is tried at least this often, so that no propensity comes near 0 and a recovered endpoint is found again… */
const FLOOR_PER_ARM = 0.02;
/** …but with many arms not more often than this in all. */
const MOST_FLOOR = 0.1;
const STATE_VERSION = 1;

export interface BetaThompsonOptions {
  /** Default 0.998; 1 never forgets. */
  retention?: number;
  /** What is believed of an endpoint before anything was seen; it is not forgotten. Default: nothing. */
  priorOf?: (taskKind: string, endpointId: string) => BetaPosterior;
}

/** Which endpoint for a request of this kind. `explore: false`: the best by what is known, for important requests. */
export interface ThompsonQuestion {
  taskKind: string;
  endpointIds: readonly string[];
  explore: boolean;
}

export interface ThompsonChoice {
  endpointId: string;
  /** The probability with which each endpoint of the question would have been chosen, in its order; adds up to 1. */
  probabilities: readonly number[];
  /** The chosen one's. */
  propensity: number;
}

/** What it is kept as; plain JSON. Evidence only: priors come from outside. */
export interface BetaThompsonState {
  version: number;
  cells: { taskKind: string; endpointId: string; successes: number; failures: number }[];
}

/** Evidence of one endpoint, as of the reward with this number in its task kind; older than now means partly forgotten. */
interface Cell {
  successes: number;
  failures: number;
  step: number;
}

interface TaskKind {
  steps: number;
  cells: Map<string, Cell>;
}

/**
 * Thompson sampling with a Beta posterior for each task kind and endpoint, discounted (Raj & Kalyani 2017), so that it follows
 * change: each reward of a kind makes all endpoints of the kind less certain. A reward r in [0, 1] counts as r successes and
 * 1 − r failures, a heuristic that keeps the mean right and the spread on the wide side.
 */
export class BetaThompson {
  readonly #retention: number;
  readonly #priorOf: (taskKind: string, endpointId: string) => BetaPosterior;
  readonly #kinds = new Map<string, TaskKind>();

  constructor({ retention = RETENTION, priorOf = () => UNIFORM }: BetaThompsonOptions = {}) {
    this.#retention = retention;
    this.#priorOf = priorOf;
  }

  posterior(taskKind: string, endpointId: string): BetaPosterior {
    const prior = this.#priorOf(taskKind, endpointId);
    const kind = this.#kinds.get(taskKind);
    const cell = kind?.cells.get(endpointId);
    if (kind === undefined || cell === undefined) return prior;
    const kept = this.#retention ** (kind.steps - cell.step);
    return { alpha: prior.alpha + cell.successes * kept, beta: prior.beta + cell.failures * kept };
  }

  /** Takes one reward; false, and nothing happens, when it is not in [0, 1]. */
  update({ taskKind, endpointId, reward }: { taskKind: string; endpointId: string; reward: number }): boolean {
    if (!(reward >= 0 && reward <= 1)) return false;
    const kind = this.#kindOf(taskKind);
    kind.steps += 1;
    let cell = kind.cells.get(endpointId);
    if (cell === undefined) kind.cells.set(endpointId, (cell = { successes: 0, failures: 0, step: kind.steps }));
    const kept = this.#retention ** (kind.steps - cell.step);
    cell.successes = cell.successes * kept + reward;
    cell.failures = cell.failures * kept + (1 - reward);
    cell.step = kind.steps;
    return true;
  }

  /** null: there is nothing to choose from. `random` gives numbers in [0, 1). */
  choose(question: ThompsonQuestion, random: () => number): ThompsonChoice | null {
    const { endpointIds } = question;
    const probabilities = this.probabilities(question);
    const index = question.explore ? this.#explore(question, random) : drawFrom(probabilities, random);
    const endpointId = endpointIds[index];
    return endpointId === undefined ? null : { endpointId, probabilities, propensity: probabilities[index] ?? 0 };
  }

  /** How likely `choose` is to take each endpoint: as a target policy in off-policy evaluation, or for the record. */
  probabilities(question: ThompsonQuestion): number[] {
    const posteriors = this.#posteriors(question);
    if (!question.explore) return shareAmongBest(posteriors.map(betaMean));
    const floor = floorOf(posteriors.length);
    const free = 1 - floor * posteriors.length;
    return probabilitiesOfBeingBest(posteriors).map((probability) => floor + free * probability);
  }

  toState(): BetaThompsonState {
    const cells: BetaThompsonState['cells'] = [];
    for (const [taskKind, kind] of this.#kinds) {
      for (const [endpointId, cell] of kind.cells) {
        const kept = this.#retention ** (kind.steps - cell.step);
        cells.push({ taskKind, endpointId, successes: cell.successes * kept, failures: cell.failures * kept });
      }
    }
    return { version: STATE_VERSION, cells };
  }

  /** One from what `toState` gave; null when that is damaged or of another version. */
  static fromState(state: unknown, options: BetaThompsonOptions = {}): BetaThompson | null {
    if (!isJsonObject(state) || state.version !== STATE_VERSION || !Array.isArray(state.cells)) return null;
    const restored = new BetaThompson(options);
    for (const cell of state.cells) {
      if (!isJsonObject(cell)) return null;
      const { taskKind, endpointId, successes, failures } = cell;
      if (typeof taskKind !== 'string' || typeof endpointId !== 'string') return null;
      if (!isCount(successes) || !isCount(failures)) return null;
      restored.#kindOf(taskKind).cells.set(endpointId, { successes, failures, step: 0 });
    }
    return restored;
  }

  #explore(question: ThompsonQuestion, random: () => number): number {
    const count = question.endpointIds.length;
    if (random() < floorOf(count) * count) return Math.floor(random() * count);
    return drawBestArm(this.#posteriors(question), random);
  }

  #posteriors({ taskKind, endpointIds }: ThompsonQuestion): BetaPosterior[] {
    return endpointIds.map((endpointId) => this.posterior(taskKind, endpointId));
  }

  #kindOf(taskKind: string): TaskKind {
    let kind = this.#kinds.get(taskKind);
    if (kind === undefined) this.#kinds.set(taskKind, (kind = { steps: 0, cells: new Map() }));
    return kind;
  }
}

function floorOf(arms: number): number {
  return arms === 0 ? 0 : Math.min(FLOOR_PER_ARM, MOST_FLOOR / arms);
}

/** Equal ones share: always the first of them would be a preference that nobody decided. */
function shareAmongBest(means: readonly number[]): number[] {
  const best = Math.max(...means);
  const winners = means.filter((mean) => mean === best).length;
  return means.map((mean) => (mean === best ? 1 / winners : 0));
}

function drawFrom(probabilities: readonly number[], random: () => number): number {
  let left = random();
  const index = probabilities.findIndex((probability) => (left -= probability) < 0);
  // Rounding may leave a sum of a bit less than 1.
  return index === -1 ? probabilities.findLastIndex((probability) => probability > 0) : index;
}
