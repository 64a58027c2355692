import type { ChatMessage, ToolDefinition } from '../../src-main/engine/protocols/chat-request.ts';
import { createSeededRandom } from '../../src-main/demo/seeded-random.ts';
import { composeTask } from '../simulation/compose-task.ts';
import { clamp, drawNormal, drawWait } from '../simulation/draws.ts';
import type { SimulatedTask } from '../simulation/simulated-task.ts';
import type { Outcome, Simulation } from '../simulation/simulation.ts';

const TOOLS: ToolDefinition[] = ['read_file', 'edit_file', 'run_tests'].map((name) => ({
  name,
  parameters: { type: 'object' },
}));
const APP = 'code-agent';
/** System prompt, tools and the beginning of the work; then each step. */
const OPENING_TOKENS = 3_000;
const STEP_TOKENS = 350;
const TOOL_MS = 2_500;
const STEPS = { least: 8, spread: 14 };
/** So many bad answers to one step, and the agent gives up. */
const GIVES_UP_AFTER = 6;
const SAME_CALL_AGAIN = 0.6;

/**
 * A coding agent: each good answer is a tool call that takes the work one step on; after a bad one its tool call fails and
 * the same step has to be tried again, often by the very same call.
 */
export class AgentSession {
  readonly #simulation: Simulation;
  readonly #id: string;
  readonly #uniform: () => number;
  readonly #messages: ChatMessage[] = [];
  readonly #difficulty: number;
  readonly #steps: number;
  #stepDifficulty: number;
  #step = 0;
  #turn = 0;
  #badInRow = 0;
  #call = 0;
  #tokens = OPENING_TOKENS;

  constructor(simulation: Simulation, id: string) {
    this.#simulation = simulation;
    this.#id = id;
    this.#uniform = createSeededRandom('agent', simulation.site.seed, id);
    this.#difficulty = clamp(0.42 + 0.14 * drawNormal(this.#uniform), 0.05, 0.9);
    this.#steps = STEPS.least + Math.floor(STEPS.spread * this.#uniform());
    this.#stepDifficulty = this.#drawStep();
  }

  ask(): void {
    const id = `${this.#id}-${this.#turn++}`;
    const options = { id, kind: 'agent', app: APP, uniform: this.#uniform, conversation: this.#id } as const;
    const task = composeTask({ ...options, difficulty: this.#stepDifficulty });
    if (this.#messages.length === 0) this.#messages.push(...task.request.messages);
    const messages = [...this.#messages];
    const request = { ...task.request, messages, tools: TOOLS };
    const asked: SimulatedTask = { ...task, request, promptTokens: this.#tokens };
    this.#simulation.submit(asked, (outcome) => this.#goOn(asked, outcome));
  }

  #goOn(task: SimulatedTask, { ending }: Outcome): void {
    const repeatsCall = this.#uniform() < SAME_CALL_AGAIN;
    const toolMs = 300 + drawWait(TOOL_MS, this.#uniform);
    const nextDifficulty = this.#drawStep();
    if (ending.isGood === true) {
      this.#note(task, 'done', false);
      this.#step += 1;
      this.#badInRow = 0;
      this.#call += 1;
      this.#stepDifficulty = nextDifficulty;
    } else {
      this.#badInRow += 1;
      if (ending.isGood === false) this.#note(task, `error: step ${this.#step} did not work`, true);
      if (!repeatsCall) this.#call += 1;
    }
    if (this.#step >= this.#steps || this.#badInRow >= GIVES_UP_AFTER) return;
    this.#simulation.site.clock.after(toolMs, () => this.ask());
  }

  #note(task: SimulatedTask, said: string, isError: boolean): void {
    const id = `call-${this.#turn}`;
    const call = { type: 'tool_call' as const, id, name: 'edit_file', arguments: { place: `line ${this.#call}` } };
    this.#messages.push({ role: 'assistant', parts: [call] });
    const content = [{ type: 'text' as const, text: said }];
    this.#messages.push({ role: 'tool', parts: [{ type: 'tool_result', callId: id, content, isError }] });
    this.#tokens = task.promptTokens + Math.round(task.answerTokens) + STEP_TOKENS;
  }

  #drawStep(): number {
    return clamp(this.#difficulty + 0.1 * drawNormal(this.#uniform), 0, 1.1);
  }
}
