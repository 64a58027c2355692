import type { Decision } from '../../src-main/engine/routing/decision.ts';
import type { Track } from '../../src-main/engine/routing/endpoint.ts';
import { reactionOf, USUAL_HABITS, type Habits } from './habits.ts';
import type { Foreseen, Router } from './router.ts';
import { SimulatedExchange, type Ending } from './simulated-exchange.ts';
import type { SimulatedTask } from './simulated-task.ts';
import type { Site } from './site.ts';

/** One request as it went, seen by somebody who knows the truth. */
export interface Outcome {
  task: SimulatedTask;
  /** The same words again, because the first answer did not help. */
  isRepeat: boolean;
  /** Since the start of the simulation. */
  atMs: number;
  foreseen: Foreseen | null;
  decision: Decision | null;
  ending: Ending;
  costNanoUsd: number;
  /** null: nobody answered. */
  track: Track | null;
}

/** Sends tasks through a router at a site, lets people react, and keeps what happened. */
export class Simulation {
  readonly site: Site;
  readonly router: Router;
  readonly outcomes: Outcome[] = [];
  readonly #habits: Habits;

  constructor(parts: { site: Site; router: Router; habits?: Habits }) {
    this.site = parts.site;
    this.router = parts.router;
    this.#habits = parts.habits ?? USUAL_HABITS;
  }

  /** A request arrives now. */
  submit(task: SimulatedTask, onEnd?: (outcome: Outcome) => void, isRepeat = false): void {
    const { site, router } = this;
    const reaction = reactionOf(task, this.#habits, site.seed);
    const atMs = site.clock.monotonicMs();
    const { serving, foreseen, decision } = router.plan(task);
    const exchange = new SimulatedExchange({
      site,
      task,
      plan: serving,
      reader: reaction.hangsUpAfterMs,
      onEnd: (ending) => {
        router.ended(task, ending);
        const outcome = toOutcome({ task, isRepeat, atMs, foreseen, decision, ending });
        this.outcomes.push(outcome);
        this.#react(outcome);
        onEnd?.(outcome);
      },
    });
    exchange.start();
  }

  #react({ task, isRepeat, ending }: Outcome): void {
    if (ending.isGood === null) return;
    const { clock, seed } = this.site;
    const reaction = reactionOf(task, this.#habits, seed);
    const rating = reaction.rating(ending.isGood);
    if (rating !== null) clock.after(rating.afterMs, () => this.router.rated(task.id, rating.quality));
    const againMs = isRepeat ? null : reaction.asksAgainAfterMs(ending.isGood);
    if (againMs !== null) clock.after(againMs, () => this.submit({ ...task, id: `${task.id}-again` }, undefined, true));
  }
}

function toOutcome(parts: Omit<Outcome, 'costNanoUsd' | 'track'>): Outcome {
  const { calls, answeredBy } = parts.ending.result;
  const answer = calls.find(({ endpoint }) => endpoint.id === answeredBy);
  return {
    ...parts,
    costNanoUsd: calls.reduce((sum, { costNanoUsd }) => sum + (costNanoUsd ?? 0), 0),
    track: answer?.endpoint.track ?? null,
  };
}
