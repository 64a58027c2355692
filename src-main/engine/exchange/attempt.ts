import type { Failure } from '../protocols/failure.ts';
import type { Pass } from '../providers/circuit-breaker.ts';
import type { Lane } from '../providers/lanes.ts';
import type { UpstreamClient } from '../providers/upstream-client.ts';
import type { UpstreamHandle, UpstreamHandlers, UpstreamHeaders } from '../providers/upstream-call.ts';
import type { TransportProblem } from '../providers/transport-problem.ts';
import type { AdmissionRefusal, Waiting } from '../providers/admission-queue.ts';
import type { Log } from '../ports.ts';
import type { AnswerSigns } from '../learning/answer-signs.ts';
import type { Endpoint } from '../routing/endpoint.ts';
import type { Outcome } from '../store/records.ts';
import type { AnswerCollector } from './answer-collector.ts';
import { classifyTransport } from './classify-failure.ts';
import { IncomingReply, type Outlet, type ReplyOptions } from './incoming-reply.ts';
import type { WholeReply } from './job.ts';
import { StallWatch, type StallLimits } from './stall-watch.ts';
import { failureWithoutSecrets } from './without-secrets.ts';

/** What an attempt tells its exchange. After `onDone` or `onFailure` nothing more comes. */
export interface AttemptEvents {
  /** Stream bytes for the client. The first call means that content has begun and holds all that was kept back. */
  onOutput(attempt: Attempt, bytes: string | Uint8Array): void;
  /** `whole` is the reply when it was not streamed. */
  onDone(attempt: Attempt, whole: WholeReply | null): void;
  onFailure(attempt: Attempt, failure: Failure): void;
}

export interface AttemptOptions extends ReplyOptions {
  log: Log;
  client: Pick<UpstreamClient, 'send'>;
  lane: Lane;
  timeouts: StallLimits;
  events: AttemptEvents;
}

/** One call to one endpoint, from the queue before it to its last byte. */
export class Attempt implements UpstreamHandlers, Outlet {
  readonly endpoint: Endpoint;
  readonly reply: IncomingReply;
  readonly startedMs: number;
  sentMs: number | null = null;
  endedMs: number | null = null;
  outcome: Outcome | null = null;
  failure: Failure | null = null;
  /** What the circuit breaker let it through as; null when it did not. */
  pass: Pass | null = null;
  /** No other call of its track ran while it did. */
  ranAlone = false;
  readonly #options: AttemptOptions;
  #handle: UpstreamHandle | null = null;
  #waiting: Waiting | null = null;
  #admitted = false;
  readonly #stall: StallWatch;
  #retriedStale = false;
  #lingers = false;

  constructor(options: AttemptOptions) {
    this.#options = options;
    this.endpoint = options.endpoint;
    this.startedMs = options.clock.monotonicMs();
    this.reply = new IncomingReply(options, this);
    this.#stall = new StallWatch(options.timeouts, this.startedMs);
  }

  start(): void {
    const { lane } = this.#options;
    this.pass = lane.breaker.tryEnter();
    if (this.pass === null) {
      this.#end('failed', { code: 'overloaded', message: `${this.endpoint.id} is out for now: it failed repeatedly.` });
      return;
    }
    if (lane.queue.tryEnter()) this.#send();
    else {
      this.#waiting = lane.queue.wait(
        () => this.#send(),
        (refusal) => this.#refused(refusal),
      );
    }
  }

  /** Nobody wants the answer any more: the upstream call ends at once, and tells nothing of the endpoint. */
  cancel(): void {
    if (this.outcome !== null) return;
    this.#settle('cancelled');
    this.#handle?.abort();
    if (this.pass !== null) this.#options.lane.breaker.ended(this.pass);
  }

  /** The answer has come to its end and is thrown away. */
  reject(failure: Failure): void {
    this.outcome = 'failed';
    this.failure = failure;
  }

  pause(): void {
    this.#stall.setPaused(true);
    this.#handle?.pause();
  }

  resume(): void {
    this.#stall.setPaused(false);
    this.#handle?.resume();
  }

  /** Looks at the time limits. */
  tick(nowMs: number): void {
    if (this.outcome !== null || this.sentMs === null) return;
    if (this.#options.plan.relay?.progress.finished === true) {
      this.#closeLingering();
      return;
    }
    const { firstContentMs } = this.reply;
    const stalled = this.#stall.check(nowMs, { sentMs: this.sentMs, firstContentMs });
    if (stalled !== null) {
      this.#fail({ code: 'upstream_timeout', message: `${this.#options.providerName}: ${stalled}.` });
    }
  }

  get adjusted(): readonly string[] {
    return this.#options.plan.adjusted;
  }

  /** The whole answer was there, whatever became of it. */
  get reachedItsEnd(): boolean {
    return this.outcome === 'ok' || this.failure?.code === 'answer_rejected';
  }

  /** The whole answer is there, and may still be thrown away. */
  get isOnTrial(): boolean {
    return this.#options.holdsBack && (this.reply.whole !== null || this.reply.isHeld);
  }

  /** What the answer was like; null when it did not come to its end, or nobody looked. */
  get signs(): AnswerSigns | null {
    const { tap } = this.#options.plan;
    if (tap === null || !this.reachedItsEnd) return null;
    const { finishReason, usage } = this.reply;
    return tap.signs({ finishReason, outputTokens: usage.outputTokens });
  }

  /** What was collected of the whole answer; null when it did not come to its end, or nobody wants it. */
  get collected(): AnswerCollector | null {
    return this.outcome === 'ok' ? (this.#options.plan.collected ?? null) : null;
  }

  onHead(status: number, headers: UpstreamHeaders): void {
    if (this.outcome !== null) return;
    this.#stall.noteActivity();
    this.reply.takeHead(status, headers);
  }

  onBytes(bytes: Uint8Array): void {
    if (this.outcome !== null) return;
    this.#stall.noteActivity();
    try {
      const failure = this.reply.take(bytes);
      if (failure !== null) this.#fail(failure);
    } catch (error) {
      this.#stumbled(error);
    }
  }

  onEnd(): void {
    if (this.outcome !== null) return;
    try {
      const failure = this.reply.takeEnd();
      if (failure === null) this.#done();
      else this.#fail(failure);
    } catch (error) {
      this.#stumbled(error);
    }
  }

  onError(problem: TransportProblem): void {
    if (this.outcome !== null) return;
    const stale = problem.kind === 'reset' && this.reply.headMs === null && !this.#retriedStale;
    if (stale) {
      this.#retriedStale = true;
      this.#call();
      return;
    }
    if (this.reply.isFinished) this.onEnd();
    else this.#fail(classifyTransport(problem, this.#options.providerName));
  }

  /** A reply that our own code stumbles over costs this request, never the process: nobody above us would catch it. */
  #stumbled(error: unknown): void {
    if (this.outcome !== null) throw error;
    this.#options.log.error({ endpoint: this.endpoint.id, error }, 'a reply could not be read');
    this.#fail({ code: 'internal', message: 'Pointsman failed to read the answer. The log has the details.' });
  }

  onOutput(bytes: string | Uint8Array): void {
    this.#options.events.onOutput(this, bytes);
  }

  #done(): void {
    if (this.outcome !== null) return;
    this.#settle('ok');
    this.#options.events.onDone(this, this.reply.whole);
  }

  #send(): void {
    this.#waiting = null;
    this.#admitted = true;
    this.sentMs = this.#options.clock.monotonicMs();
    this.#options.lane.calls.begin();
    this.#call();
  }

  /** A kept-alive connection may have been closed by the other side just then: that is worth one more try. */
  #call(): void {
    this.#handle = this.#options.client.send(this.#options.plan.call, this);
  }

  #refused(refusal: AdmissionRefusal): void {
    this.#waiting = null;
    const why =
      refusal === 'queue_full'
        ? `all places at ${this.endpoint.id} are taken and its queue is full`
        : `no place at ${this.endpoint.id} became free in time`;
    this.#end('failed', { code: 'queue_full', message: `${why}. Try again later, or raise limits in the settings.` });
  }

  /** A server may say that it is done and keep the connection open: at the second look it is done for us too. */
  #closeLingering(): void {
    if (this.#lingers) {
      this.onEnd();
      this.#handle?.abort();
    }
    this.#lingers = true;
  }

  #fail(failure: Failure): void {
    if (this.outcome !== null) return;
    this.#end('failed', failureWithoutSecrets(failure, this.#options.authHeaders));
  }

  #end(outcome: 'failed', failure: Failure): void {
    this.failure = failure;
    this.#settle(outcome);
    this.#handle?.abort();
    this.#options.events.onFailure(this, failure);
  }

  #settle(outcome: Outcome): void {
    this.outcome = outcome;
    this.endedMs = this.#options.clock.monotonicMs();
    this.#waiting?.cancel();
    if (!this.#admitted) return;
    this.#admitted = false;
    const { lane } = this.#options;
    this.ranAlone = lane.calls.end({ sentMs: this.sentMs ?? this.startedMs, nowMs: this.endedMs });
    lane.queue.leave();
  }
}
