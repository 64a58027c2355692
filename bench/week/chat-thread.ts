import type { ChatMessage } from '../../src-main/engine/protocols/chat-request.ts';
import { createSeededRandom } from '../../src-main/demo/seeded-random.ts';
import { composeTask } from '../simulation/compose-task.ts';
import { drawWait } from '../simulation/draws.ts';
import type { SimulatedTask } from '../simulation/simulated-task.ts';
import type { Outcome, Simulation } from '../simulation/simulation.ts';

const READING_MS = 25_000;
const GOES_ON = 0.5;
const MOST_TURNS = 6;

/** A person asks, reads, and about every second time asks on. */
export class ChatThread {
  readonly #simulation: Simulation;
  readonly #of: { id: string; kind: SimulatedTask['kind']; app: string };
  readonly #uniform: () => number;
  readonly #messages: ChatMessage[] = [];
  #tokens = 0;
  #turn = 0;

  constructor(simulation: Simulation, of: { id: string; kind: SimulatedTask['kind']; app: string }) {
    this.#simulation = simulation;
    this.#of = of;
    this.#uniform = createSeededRandom('thread', simulation.site.seed, of.id);
  }

  ask(): void {
    const { id, kind, app } = this.#of;
    const task = composeTask({
      id: `${id}-${this.#turn++}`,
      kind,
      app,
      uniform: this.#uniform,
      earlier: [...this.#messages],
      earlierTokens: this.#tokens,
      conversation: id,
    });
    this.#simulation.submit(task, (outcome) => this.#read(task, outcome));
  }

  #read(task: SimulatedTask, { ending }: Outcome): void {
    const goesOn = this.#uniform() < GOES_ON;
    const afterMs = 5_000 + drawWait(READING_MS, this.#uniform);
    if (!goesOn || ending.result.answeredBy === null || this.#turn >= MOST_TURNS) return;
    const asked = task.request.messages.at(-1);
    if (asked !== undefined) this.#messages.push(asked);
    this.#messages.push({ role: 'assistant', parts: [{ type: 'text', text: 'An answer.' }] });
    this.#tokens = task.promptTokens + Math.round(task.answerTokens);
    this.#simulation.site.clock.after(afterMs, () => this.ask());
  }
}
