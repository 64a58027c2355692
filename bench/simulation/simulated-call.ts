import { UNKNOWN_USAGE } from '../../src-main/engine/protocols/chat-event.ts';
import type { CallReport } from '../../src-main/engine/optimizer/request-report.ts';
import type { Pass } from '../../src-main/engine/providers/circuit-breaker.ts';
import type { Lane } from '../../src-main/engine/providers/lanes.ts';
import type { Endpoint } from '../../src-main/engine/routing/endpoint.ts';
import { createSeededRandom } from '../../src-main/demo/seeded-random.ts';
import { planCourse, type Course } from './plan-course.ts';
import type { SimulatedModel } from './simulated-model.ts';
import type { SimulatedTask } from './simulated-task.ts';
import type { Site } from './site.ts';

/** Who made the call hears of it: its first content (streams only), its end, or its failure, which ends it too. */
export interface CallListener {
  onFirst(call: SimulatedCall): void;
  onEnd(call: SimulatedCall): void;
  onFailed(call: SimulatedCall, code: string): void;
}

/** What says something about the endpoint, and is counted by its circuit breaker. */
const COUNTED = new Set(['upstream_error', 'upstream_timeout', 'upstream_unreachable', 'overloaded']);
const RATE_LIMIT_PAUSE_MS = 10_000;
/** In an outage most calls are refused quickly, and some hang. */
const HANGING_SHARE = 0.2;
const REFUSED_AFTER_MS = 350;
const LIMITED_AFTER_MS = 90;
const NO_NETWORK_AFTER_MS = 40;

/** One call to one endpoint on its way through queue, loading, reading and writing. */
export class SimulatedCall {
  readonly endpoint: Endpoint;
  readonly course: Course;
  readonly #site: Site;
  readonly #task: SimulatedTask;
  readonly #model: SimulatedModel;
  readonly #listener: CallListener;
  readonly #limitMs: number;
  readonly #lane: Lane;
  readonly #hangs: boolean;
  readonly #cachedTokens: number;
  /** Undone when the call is over, in reverse order. */
  readonly #undo: (() => void)[] = [];
  #pass: Pass | null = null;
  #state: 'new' | 'waiting' | 'sent' | 'writing' | 'over' = 'new';
  readonly #madeMs: number;
  /** null: it never left the queue. */
  #sentMs: number | null = null;
  #queueMs = 0;
  #firstMs: number | null = null;
  #endMs = 0;
  #writingMs = 0;
  #outcome: CallReport['outcome'] = 'ok';
  #failureCode: string | null = null;
  #costNanoUsd = 0;
  #outputTokens: number | null = null;

  constructor(parts: {
    site: Site;
    task: SimulatedTask;
    endpoint: Endpoint;
    attempt: number;
    /** To the first content. */
    limitMs: number;
    listener: CallListener;
  }) {
    const { site, task, endpoint } = parts;
    [this.#site, this.#task, this.endpoint] = [site, task, endpoint];
    this.#listener = parts.listener;
    this.#limitMs = parts.limitMs;
    this.#model = site.modelOf(endpoint.id);
    this.#lane = site.lanes.of(endpoint);
    const uniform = createSeededRandom('call', site.seed, task.id, endpoint.id, parts.attempt);
    this.#hangs = uniform() < HANGING_SHARE;
    const { quality } = site.world.changeOf(endpoint.id);
    this.course = planCourse({ model: this.#model, task, quality, uniform });
    this.#madeMs = this.#now();
    const { conversation, promptTokens } = task;
    this.#cachedTokens = site.caches.read(endpoint.id, endpoint.track, {
      conversation,
      promptTokens,
      nowMs: this.#madeMs,
    });
  }

  /** False, and nothing happens: its circuit is open. A router without circuit breakers asks with `guarded` false. */
  start(guarded: boolean): boolean {
    this.#pass = guarded ? this.#lane.breaker.tryEnter() : 'call';
    if (this.#pass === null) return false;
    this.#state = 'waiting';
    const { queue } = this.#lane;
    if (queue.tryEnter()) this.#send();
    else {
      const waiting = queue.wait(
        () => {
          this.#undo.pop();
          this.#send();
        },
        () => this.#fail('queue_full'),
      );
      this.#undo.push(() => waiting.cancel());
    }
    return true;
  }

  get isGood(): boolean {
    return this.course.isGood;
  }

  get firstMs(): number | null {
    return this.#firstMs;
  }

  /** Somebody else was faster, or nobody waits any more. */
  cancel(): void {
    if (this.#state === 'over') return;
    this.#outcome = 'cancelled';
    this.#bill();
    this.#close();
    if (this.#pass !== null) this.#lane.breaker.ended(this.#pass);
  }

  /** The answer came and was thrown away. */
  reject(): void {
    this.#outcome = 'failed';
    this.#failureCode = 'answer_rejected';
  }

  get report(): CallReport {
    const wasSent = this.#sentMs !== null;
    const sentMs = this.#sentMs ?? this.#endMs;
    const { stream } = this.#task.request;
    const firstTokenMs = this.#firstMs === null ? null : this.#firstMs - sentMs;
    const durationMs = this.#endMs - sentMs;
    const writingMs = firstTokenMs === null ? 0 : durationMs - firstTokenMs;
    return {
      endpoint: this.endpoint,
      wasLoaded: this.endpoint.loaded,
      outcome: this.#outcome,
      failureCode: this.#failureCode,
      wasSent,
      streamed: stream,
      queueMs: this.#queueMs,
      firstTokenMs,
      durationMs,
      tokensPerSecond:
        stream && writingMs > 0 && this.#outputTokens !== null ? (1000 * this.#outputTokens) / writingMs : null,
      inputTokens: wasSent ? this.#task.promptTokens : null,
      // Local runners count the whole prompt and do not tell what they had of it.
      cachedInputTokens: this.endpoint.track === 'local' ? null : this.#cachedTokens,
      outputTokens: this.#outputTokens,
      costNanoUsd: this.#costNanoUsd,
    };
  }

  #send(): void {
    const { clock, world, runtime } = this.#site;
    const { id, track, providerId } = this.endpoint;
    this.#state = 'sent';
    const nowMs = (this.#sentMs = this.#now());
    this.#queueMs = nowMs - this.#madeMs;
    this.#undo.push(() => this.#lane.queue.leave());
    this.#undo.push(clock.after(this.#limitMs, () => this.#timeOut()));
    if (track === 'local') {
      this.#undo.push(runtime.enter(id, () => this.#work()));
      return;
    }
    if (!world.isOnline) this.#failAfter(NO_NETWORK_AFTER_MS, 'upstream_unreachable');
    else if (this.#site.isTooMany(id)) this.#failAfter(LIMITED_AFTER_MS, 'rate_limited');
    else if (!world.isDown(providerId)) this.#work();
    else if (!this.#hangs) this.#failAfter(REFUSED_AFTER_MS, 'overloaded');
  }

  #work(): void {
    const { clock, world, runtime, machine } = this.#site;
    const { id, track } = this.endpoint;
    if (track === 'local') {
      this.#undo.push(() => runtime.leave(id));
      machine.beginWork(this.#model.watts);
      this.#undo.push(() => machine.endWork(this.#model.watts));
    }
    const { failure, startMs, readingMs, writingMs } = this.course;
    if (failure !== null) {
      this.#failAfter(failure.afterMs, failure.code);
      return;
    }
    const { slowness } = world.changeOf(id);
    const factor = slowness / (track === 'local' ? machine.speedFor(machine.underWay) : 1);
    const uncached = 1 - this.#cachedTokens / Math.max(1, this.#task.promptTokens);
    this.#writingMs = writingMs * factor;
    this.#undo.push(clock.after((startMs + readingMs * uncached) * factor, () => this.#first()));
  }

  #first(): void {
    this.#state = 'writing';
    const { stream } = this.#task.request;
    if (stream) this.#firstMs = this.#now();
    this.#undo.push(this.#site.clock.after(this.#writingMs, () => this.#end()));
    if (stream) this.#listener.onFirst(this);
  }

  #end(): void {
    this.#firstMs ??= this.#now();
    this.#outputTokens = this.course.outputTokens;
    this.#bill();
    this.#close();
    const { conversation, promptTokens } = this.#task;
    const tokens = promptTokens + this.course.outputTokens;
    this.#site.caches.write(this.endpoint.id, this.endpoint.track, { conversation, tokens, nowMs: this.#endMs });
    this.#lane.breaker.succeeded();
    this.#listener.onEnd(this);
  }

  /** Once it is written, no first content can be late. In one piece, all of it has to come in time. */
  #timeOut(): void {
    if (this.#firstMs === null) this.#fail('upstream_timeout');
  }

  #failAfter(delayMs: number, code: string): void {
    this.#undo.push(this.#site.clock.after(delayMs, () => this.#fail(code)));
  }

  #fail(code: string): void {
    this.#outcome = 'failed';
    this.#failureCode = code;
    if (code === 'upstream_timeout') this.#bill();
    const wasSent = this.#sentMs !== null;
    this.#close();
    const { lanes } = this.#site;
    if (this.#pass !== null && COUNTED.has(code) && wasSent) lanes.failed(this.#lane, this.#pass);
    else if (this.#pass !== null) this.#lane.breaker.ended(this.#pass);
    if (code === 'rate_limited') lanes.limited(this.#lane, RATE_LIMIT_PAUSE_MS);
    this.#listener.onFailed(this, code);
  }

  /** What the provider charges: the prompt once it was read, and every token that was written. Nothing in an outage. */
  #bill(): void {
    const { world } = this.#site;
    if (this.endpoint.track === 'local' || this.#sentMs === null) return;
    if (!world.isOnline || (this.#state === 'sent' && world.isDown(this.endpoint.providerId))) return;
    const usage = {
      ...UNKNOWN_USAGE,
      inputTokens: this.#task.promptTokens,
      cachedInputTokens: this.#cachedTokens,
      outputTokens: this.#outputTokens ?? this.#writtenSoFar(),
    };
    this.#costNanoUsd = this.#site.priceCall(this.endpoint, usage).costNanoUsd ?? 0;
  }

  #writtenSoFar(): number {
    if (this.#state !== 'writing' || this.#firstMs === null) return 0;
    const share = (this.#now() - this.#firstMs) / Math.max(1, this.#writingMs);
    return Math.round(Math.min(1, share) * this.course.outputTokens);
  }

  #close(): void {
    this.#state = 'over';
    this.#endMs = this.#now();
    for (let undo = this.#undo.pop(); undo !== undefined; undo = this.#undo.pop()) undo();
  }

  #now(): number {
    return this.#site.clock.monotonicMs();
  }
}
