import { createSeededRandom } from '../../src-main/demo/seeded-random.ts';
import type { Simulation } from '../simulation/simulation.ts';
import type { Outcome } from '../simulation/simulation.ts';
import type { SimulatedTask } from '../simulation/simulated-task.ts';
import { drawAround, type Uniform } from '../simulation/draws.ts';
import { openHistory, titleRequest, type History } from './history.ts';
import { MOST_TURNS, STEPS, type SessionScript } from './session-script.ts';
import { stuckTurn, usefulTurn, wastedTurn, type Turn } from './tool-work.ts';
import { HARD, ROUTINE, SIGNER, STRONG } from './world.ts';

/** One request of a session's main thread, as it went. */
export interface PlayedTurn {
  /** Endpoint id; null: nobody answered. */
  answeredBy: string | null;
  /** By the decision: the session goes, or has gone, to the strong track because it was stuck. */
  escalated: boolean;
  /** In the hard step, with the answers so far of no use: the reason to leave. */
  isStuck: boolean;
  /** A call of this request failed, was thrown away or was raced: also a reason to be elsewhere. */
  hadTrouble: boolean;
  isGood: boolean;
  promptTokens: number;
  /** Found in the prompt cache of whoever answered. */
  cachedTokens: number;
  firstTokenMs: number | null;
  durationMs: number;
  costNanoUsd: number;
}

export interface PlayedSession {
  script: SessionScript;
  turns: readonly PlayedTurn[];
  isDone: boolean;
  /** Of everything asked in the session, titles included. */
  costNanoUsd: number;
  /** Waiting for answers, not for tools. */
  waitedMs: number;
}

/** Running a tool takes a moment; now and then the person has to agree first, and is away. */
const TOOL_MS = 3_000;
const TOOL_SPREAD = 0.7;
const AWAY_SHARE = 0.03;
const AWAY_MS = 120_000;
const AWAY_SPREAD = 0.9;
const CALL_TOKENS = 110;
const TITLE_TOKENS = 12;

/** Plays one session turn by turn: what comes next depends on who answers. Calls back when it is over. */
export class SessionPlayer {
  readonly #simulation: Simulation;
  readonly #script: SessionScript;
  readonly #onEnd: (session: PlayedSession) => void;
  readonly #history: History;
  readonly #uniform: Uniform;
  readonly #turns: PlayedTurn[] = [];
  #stepsDone = 0;
  #stuckTurns = 0;
  #costNanoUsd = 0;
  #waitedMs = 0;

  constructor(parts: { simulation: Simulation; script: SessionScript; onEnd: (session: PlayedSession) => void }) {
    [this.#simulation, this.#script, this.#onEnd] = [parts.simulation, parts.script, parts.onEnd];
    this.#history = openHistory(parts.script);
    this.#uniform = createSeededRandom('pauses', parts.simulation.site.seed, parts.script.number);
  }

  start(): void {
    const { request, promptTokens } = titleRequest(this.#script);
    const title = { request, promptTokens, kind: 'quick', answerTokens: TITLE_TOKENS, conversation: null } as const;
    this.#simulation.submit(this.#task('title', title), ({ costNanoUsd }) => (this.#costNanoUsd += costNanoUsd));
    this.#ask();
  }

  get #isHard(): boolean {
    return this.#script.hard?.step === this.#stepsDone;
  }

  #ask(): void {
    const name = `session-${this.#script.number}`;
    const turn = { ...this.#history.request(), kind: 'agent', answerTokens: CALL_TOKENS, conversation: name } as const;
    const task = this.#task(`turn-${this.#turns.length}`, turn);
    const cachedAt = this.#cachedNow(task);
    this.#simulation.submit(task, (outcome) => this.#answered(outcome, cachedAt));
  }

  #task(
    name: string,
    about: Pick<SimulatedTask, 'request' | 'promptTokens' | 'kind' | 'answerTokens' | 'conversation'>,
  ): SimulatedTask {
    const { number, surface } = this.#script;
    const difficulty = about.kind === 'agent' && this.#isHard ? HARD : ROUTINE;
    return { id: `${number}-${name}`, app: `${surface}-agent`, pins: {}, hasPerson: false, difficulty, ...about };
  }

  /** Local runners do not tell it, so it is looked up before the call. */
  #cachedNow({ conversation, promptTokens }: SimulatedTask): (endpointId: string | null) => number {
    const { caches, clock, endpoints } = this.#simulation.site;
    const nowMs = clock.monotonicMs();
    const found = endpoints.map(
      ({ id, track }) => [id, caches.read(id, track, { conversation, promptTokens, nowMs })] as const,
    );
    return (endpointId) => found.find(([id]) => id === endpointId)?.[1] ?? 0;
  }

  #answered(outcome: Outcome, cachedAt: (endpointId: string | null) => number): void {
    const { task, ending, decision, costNanoUsd } = outcome;
    const { answeredBy, calls, firstTokenMs, durationMs } = ending.result;
    const isGood = ending.isGood === true;
    this.#turns.push({
      answeredBy,
      escalated: decision?.escalated === true,
      isStuck: this.#stuckTurns > 0,
      hadTrouble: calls.length !== 1,
      isGood,
      promptTokens: task.promptTokens,
      cachedTokens: cachedAt(answeredBy),
      firstTokenMs,
      durationMs,
      costNanoUsd,
    });
    this.#costNanoUsd += costNanoUsd;
    this.#waitedMs += durationMs;
    if (answeredBy !== null) this.#history.add(this.#workOf(isGood), answeredBy === STRONG ? SIGNER : null);
    this.#goOn();
  }

  #workOf(isGood: boolean): Turn {
    const { hard } = this.#script;
    if (isGood) {
      this.#stuckTurns = 0;
      return usefulTurn(this.#script, this.#stepsDone++);
    }
    if (hard === null || !this.#isHard) return wastedTurn(this.#script, this.#turns.length);
    return stuckTurn(hard.kind, this.#stuckTurns++);
  }

  #goOn(): void {
    if (this.#stepsDone < STEPS && this.#turns.length < MOST_TURNS) {
      const isAway = this.#uniform() < AWAY_SHARE;
      const pauseMs = isAway
        ? drawAround(AWAY_MS, AWAY_SPREAD, this.#uniform)
        : drawAround(TOOL_MS, TOOL_SPREAD, this.#uniform);
      this.#simulation.site.clock.after(pauseMs, () => this.#ask());
      return;
    }
    this.#onEnd({
      script: this.#script,
      turns: this.#turns,
      isDone: this.#stepsDone === STEPS,
      costNanoUsd: this.#costNanoUsd,
      waitedMs: this.#waitedMs,
    });
  }
}
