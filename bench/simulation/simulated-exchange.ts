import { findFault } from '../../src-main/engine/exchange/find-fault.ts';
import type { RequestResult } from '../../src-main/engine/optimizer/request-report.ts';
import type { RoutePath } from '../../src-main/engine/routing/decision.ts';
import type { Endpoint } from '../../src-main/engine/routing/endpoint.ts';
import type { Path } from '../../src-main/engine/store/records.ts';
import { SimulatedCall, type CallListener } from './simulated-call.ts';
import type { SimulatedTask } from './simulated-task.ts';
import type { Site } from './site.ts';

/** How a router wants a request to be served: the part of a decision that is carried out. */
export interface ServingPlan {
  path: RoutePath;
  /** In the order of trial. */
  endpoints: readonly Endpoint[];
  hedgeAfterMs: number | null;
  /** A local model to load meanwhile. */
  warm: Endpoint | null;
  /** To the first content, of each endpoint by its place. */
  limitsMs: readonly number[];
  /** Are circuit breakers asked? */
  guarded: boolean;
  /** Asked before each call; why it may not be made, or null. */
  admit: (endpoint: Endpoint) => string | null;
}

/** How a request ended. */
export interface Ending {
  path: Path | null;
  result: RequestResult;
  success: boolean;
  errorType: string | null;
  /** The truth about the answer; null: there was none. */
  isGood: boolean | null;
}

/** What a person does who sees the beginning of an answer: leaves so many milliseconds later, or stays (null). */
export type Reader = (isGood: boolean) => number | null;

const UNLIMITED_MS = 3_600_000;
/** What the gateway takes a laptop to draw while it answers. */
export const ASSUMED_WATTS = 30;

/**
 * Serves one request as the gateway does: one after the other until somebody answers; a second leg when the first is late,
 * the loser cancelled at the winner's first content and booked; a first answer held back, checked, and thrown away for the
 * next one's; a local model loaded while the cloud answers.
 */
export class SimulatedExchange implements CallListener {
  readonly #site: Site;
  readonly #task: SimulatedTask;
  readonly #plan: ServingPlan;
  readonly #reader: Reader;
  readonly #onEnd: (ending: Ending) => void;
  readonly #startedMs: number;
  readonly #calls: SimulatedCall[] = [];
  #next = 0;
  #current: SimulatedCall | null = null;
  #rival: SimulatedCall | null = null;
  #trial: SimulatedCall | null = null;
  #path: 'parallel' | 'cascade' | null = null;
  #firstMs: number | null = null;
  #stopHedge: (() => void) | null = null;
  #stopReader: (() => void) | null = null;
  #lastCode = 'no_endpoint';
  #isOver = false;

  constructor(parts: {
    site: Site;
    task: SimulatedTask;
    plan: ServingPlan;
    reader: Reader;
    onEnd: (ending: Ending) => void;
  }) {
    this.#site = parts.site;
    this.#task = parts.task;
    this.#plan = parts.plan;
    this.#reader = parts.reader;
    this.#onEnd = parts.onEnd;
    this.#startedMs = parts.site.clock.monotonicMs();
  }

  start(): void {
    const { warm, path, hedgeAfterMs } = this.#plan;
    if (warm !== null) this.#site.runtime.warm(warm.id);
    if (path === 'parallel' && hedgeAfterMs !== null) {
      this.#stopHedge = this.#site.clock.after(hedgeAfterMs, () => this.#hedge());
    }
    if (!this.#tryNext()) this.#finish(this.#lastCode);
  }

  onFirst(call: SimulatedCall): void {
    if (call === this.#trial) return;
    this.#choose(call);
    this.#firstMs = this.#site.clock.monotonicMs();
    const leavesAfterMs = this.#reader(call.isGood);
    if (leavesAfterMs !== null) this.#stopReader = this.#site.clock.after(leavesAfterMs, () => this.#hangUp());
  }

  onEnd(call: SimulatedCall): void {
    if (call === this.#trial && this.#failsTrial(call)) return;
    this.#choose(call);
    this.#firstMs ??= this.#site.clock.monotonicMs();
    this.#finish(null);
  }

  onFailed(call: SimulatedCall, code: string): void {
    this.#lastCode = code;
    this.#noHedge();
    if (this.#rival !== null) {
      this.#current = call === this.#rival ? this.#current : this.#rival;
      this.#rival = null;
      return;
    }
    if (!this.#tryNext()) this.#finish(code);
  }

  /** False: there is nobody left. */
  #tryNext(): boolean {
    const call = this.#openNext();
    if (call !== null) this.#current = call;
    return call !== null;
  }

  /** The next endpoint that may be called, called. */
  #openNext(): SimulatedCall | null {
    const { endpoints, limitsMs, guarded, admit, path } = this.#plan;
    for (;;) {
      const place = this.#next++;
      const endpoint = endpoints[place];
      if (endpoint === undefined) return null;
      if (admit(endpoint) !== null) continue;
      const limitMs = limitsMs[place] ?? UNLIMITED_MS;
      const [site, task] = [this.#site, this.#task];
      const call = new SimulatedCall({ site, task, endpoint, attempt: 0, limitMs, listener: this });
      if (path === 'cascade' && place === 0 && endpoints.length > 1) [this.#trial, this.#path] = [call, 'cascade'];
      this.#calls.push(call);
      if (call.start(guarded)) return call;
      this.#calls.pop();
      this.#lastCode = 'circuit_open';
    }
  }

  #hedge(): void {
    this.#stopHedge = null;
    const call = this.#openNext();
    if (call === null) return;
    this.#path = 'parallel';
    this.#rival = call;
  }

  #choose(winner: SimulatedCall): void {
    this.#noHedge();
    const loser = winner === this.#rival ? this.#current : this.#rival;
    this.#current = winner;
    this.#rival = null;
    if (loser !== winner) loser?.cancel();
  }

  #noHedge(): void {
    this.#stopHedge?.();
    this.#stopHedge = null;
  }

  /** Where nobody else can be asked, a poor answer is better than none. */
  #failsTrial(call: SimulatedCall): boolean {
    if (findFault(call.course.signs) === null) return false;
    const other = this.#openNext();
    if (other === null) return false;
    call.reject();
    this.#current = other;
    return true;
  }

  #hangUp(): void {
    this.#current?.cancel();
    this.#finish('cancelled');
  }

  #finish(errorType: string | null): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#noHedge();
    this.#stopReader?.();
    const answer = this.#firstMs === null ? null : this.#current;
    const calls = this.#calls.map(({ report }) => report);
    const nowMs = this.#site.clock.monotonicMs();
    const localMs = calls.reduce(
      (sum, { endpoint, durationMs }) => sum + (endpoint.track === 'local' ? durationMs : 0),
      0,
    );
    this.#onEnd({
      path: this.#path ?? this.#current?.endpoint.track ?? null,
      result: {
        calls,
        answeredBy: answer?.endpoint.id ?? null,
        firstTokenMs: this.#firstMs === null ? null : this.#firstMs - this.#startedMs,
        durationMs: nowMs - this.#startedMs,
        stream: this.#task.request.stream,
        signs: answer?.course.signs ?? null,
        energyJoules: (ASSUMED_WATTS * localMs) / 1000,
      },
      success: errorType === null,
      errorType,
      isGood: answer?.isGood ?? null,
    });
  }
}
