import { UNKNOWN_USAGE, type TokenUsage } from '../protocols/chat-event.ts';
import type { Failure } from '../protocols/failure.ts';
import type { Pass } from '../providers/circuit-breaker.ts';
import type { Lane } from '../providers/lanes.ts';
import type { UpstreamClient } from '../providers/upstream-client.ts';
import type { UpstreamHandle, UpstreamHandlers, UpstreamHeaders } from '../providers/upstream-call.ts';
import type { TransportProblem } from '../providers/transport-problem.ts';
import type { AdmissionRefusal, Waiting } from '../providers/admission-queue.ts';
import type { Clock, Log } from '../ports.ts';
import type { Endpoint } from '../routing/endpoint.ts';
import type { Outcome } from '../store/records.ts';
import { classifyStatus, classifyTransport } from './classify-failure.ts';
import { CollectedBody } from './collected-body.ts';
import { HeldOutput } from './held-output.ts';
import type { CallPlan, WholeReply } from './job.ts';
import { StallWatch, type StallLimits } from './stall-watch.ts';
import { failureWithoutSecrets, withoutSecrets } from './without-secrets.ts';

/** What an attempt tells its exchange. After `onDone` or `onFailure` nothing more comes. */
export interface AttemptEvents {
  /** Stream bytes for the client. The first call means that content has begun and holds all that was kept back. */
  onOutput(bytes: string | Uint8Array): void;
  /** `whole` is the reply when it was not streamed. */
  onDone(attempt: Attempt, whole: WholeReply | null): void;
  onFailure(attempt: Attempt, failure: Failure): void;
}

/** An error body beyond this is cut: its beginning says what happened. */
const ERROR_BODY_BYTES = 64 * 1024;
/** A reply that is not streamed beyond this is refused: nothing that large is an answer. */
const WHOLE_BODY_BYTES = 256 * 1024 * 1024;

/**
 * One call to one endpoint, from the queue before it to its last byte. Keeps back everything a stream sends before its
 * first content, so that the exchange may still go elsewhere without the client noticing.
 */
export class Attempt implements UpstreamHandlers {
  readonly endpoint: Endpoint;
  readonly startedMs: number;
  sentMs: number | null = null;
  headMs: number | null = null;
  firstContentMs: number | null = null;
  endedMs: number | null = null;
  status: number | null = null;
  outcome: Outcome | null = null;
  failure: Failure | null = null;
  whole: WholeReply | null = null;
  /** What the circuit breaker let it through as; null when it did not. */
  pass: Pass | null = null;
  readonly #options: AttemptOptions;
  #handle: UpstreamHandle | null = null;
  #waiting: Waiting | null = null;
  #admitted = false;
  /** Set while a body is read as a whole: a reply that is not streamed, or an error. */
  #collected: CollectedBody | null = null;
  /** Set until the first content of a stream. */
  #held: HeldOutput | null;
  readonly #stall: StallWatch;
  #retriedStale = false;
  #lingers = false;
  #headers: UpstreamHeaders = {};

  constructor(options: AttemptOptions) {
    this.#options = options;
    this.endpoint = options.endpoint;
    this.startedMs = options.clock.monotonicMs();
    this.#held = options.plan.relay === null ? null : new HeldOutput();
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

  /** The client hung up: the upstream call ends at once. */
  cancel(): void {
    if (this.outcome !== null) return;
    this.#settle('cancelled');
    this.#handle?.abort();
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
    const stalled = this.#stall.check(nowMs, { sentMs: this.sentMs, firstContentMs: this.firstContentMs });
    if (stalled !== null) {
      this.#fail({ code: 'upstream_timeout', message: `${this.#options.providerName}: ${stalled}.` });
    }
  }

  /** Tokens as told, or null in each place; `estimated` ones are the exchange's business. */
  get usage(): TokenUsage {
    return this.whole?.usage ?? this.#options.plan.relay?.progress.usage ?? UNKNOWN_USAGE;
  }

  get contentPieces(): number {
    return this.#options.plan.relay?.progress.contentPieces ?? 0;
  }

  get adjusted(): readonly string[] {
    return this.#options.plan.adjusted;
  }

  /** The bytes that end the client's stream with an error, in step with what was sent; null when nothing streams. */
  failWith(failure: Failure): string | null {
    return this.#options.plan.relay?.failWith(failure) ?? null;
  }

  onHead(status: number, headers: UpstreamHeaders): void {
    if (this.outcome !== null) return;
    this.headMs = this.#options.clock.monotonicMs();
    this.status = status;
    this.#stall.noteActivity();
    const unstreamed = String(headers['content-type'] ?? '').startsWith('application/json');
    if (status >= 300 || this.#options.plan.relay === null || (unstreamed && this.#options.jsonIsUnstreamed)) {
      this.#collected = new CollectedBody(status >= 300 ? ERROR_BODY_BYTES : WHOLE_BODY_BYTES);
    }
    this.#headers = headers;
  }

  onBytes(bytes: Uint8Array): void {
    if (this.outcome !== null) return;
    this.#stall.noteActivity();
    try {
      this.#take(bytes);
    } catch (error) {
      this.#stumbled(error);
    }
  }

  onEnd(): void {
    if (this.outcome !== null) return;
    try {
      this.#finish();
    } catch (error) {
      this.#stumbled(error);
    }
  }

  /** A reply that our own code stumbles over costs this request, never the process: nobody above us would catch it. */
  #stumbled(error: unknown): void {
    if (this.outcome !== null) throw error;
    this.#options.log.error({ endpoint: this.endpoint.id, error }, 'a reply could not be read');
    this.#fail({ code: 'internal', message: 'Pointsman failed to read the answer. The log has the details.' });
  }

  #take(bytes: Uint8Array): void {
    if (this.#collected === null) this.#relay(bytes);
    else if (!this.#collected.push(bytes) && !this.#isError) {
      this.#fail({ code: 'upstream_garbled', message: `${this.#options.providerName} sent an answer without end.` });
    }
  }

  #finish(): void {
    if (this.#collected !== null) {
      this.#endWhole();
      return;
    }
    const { relay } = this.#options.plan;
    if (relay === null) return;
    const output = relay.end();
    this.#output(relay.progress.failure === null ? output : this.#cleaned(output));
    if (relay.progress.failure !== null) this.#fail(relay.progress.failure);
    else {
      this.#release();
      this.#settle('ok');
      this.#options.events.onDone(this, null);
    }
  }

  onError(problem: TransportProblem): void {
    if (this.outcome !== null) return;
    const stale = problem.kind === 'reset' && this.headMs === null && !this.#retriedStale;
    if (stale) {
      this.#retriedStale = true;
      this.#call();
      return;
    }
    const { relay } = this.#options.plan;
    if (relay !== null && this.#collected === null && relay.progress.finished) this.onEnd();
    else this.#fail(classifyTransport(problem, this.#options.providerName));
  }

  #send(): void {
    this.#waiting = null;
    this.#admitted = true;
    this.sentMs = this.#options.clock.monotonicMs();
    this.#call();
  }

  /** A kept-alive connection may have been closed by the other side just then: that is worth one more try. */
  #call(): void {
    this.#handle = this.#options.client.send(this.#options.plan.call, this);
  }

  #relay(bytes: Uint8Array): void {
    const { relay } = this.#options.plan;
    if (relay === null) return;
    const output = relay.push(bytes);
    const { progress } = relay;
    if (output.length > 0) this.#output(progress.failure === null ? output : this.#cleaned(output));
    if (progress.failure !== null) this.#fail(progress.failure);
    else if (this.#held !== null && (progress.contentStarted || progress.finished)) this.#release();
  }

  #output(output: string | Uint8Array): void {
    if (output.length === 0) return;
    if (this.#held === null) this.#options.events.onOutput(output);
    else if (!this.#held.push(output)) this.#release();
  }

  #release(): void {
    const held = this.#held;
    if (held === null) return;
    this.#held = null;
    this.firstContentMs = this.#options.clock.monotonicMs();
    for (const output of held.pieces) this.#options.events.onOutput(output);
  }

  get #isError(): boolean {
    return this.status === null || this.status >= 300;
  }

  #endWhole(): void {
    const body = this.#collected?.toBuffer() ?? Buffer.alloc(0);
    if (this.#isError) {
      const { providerName, endpoint } = this.#options;
      const status = this.status ?? 502;
      this.#fail(classifyStatus({ protocol: endpoint.protocol, providerName, status, headers: this.#headers, body }));
      return;
    }
    const whole = this.#options.plan.readWhole(body);
    this.whole = whole;
    if (whole.failure !== null) {
      this.#fail(whole.failure);
      return;
    }
    this.firstContentMs = this.#options.clock.monotonicMs();
    this.#settle('ok');
    this.#options.events.onDone(this, whole);
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

  /** Bytes with which a stream fails hold the upstream's own words. */
  #cleaned(output: string | Uint8Array): string {
    const text = typeof output === 'string' ? output : Buffer.from(output).toString('utf8');
    return withoutSecrets(text, this.#options.authHeaders);
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
    if (this.#admitted) this.#options.lane.queue.leave();
    this.#admitted = false;
  }
}

export interface AttemptOptions {
  clock: Clock;
  log: Log;
  client: UpstreamClient;
  endpoint: Endpoint;
  providerName: string;
  /** As sent with the call; complaints must not repeat them. */
  authHeaders: readonly string[];
  lane: Lane;
  plan: CallPlan;
  timeouts: StallLimits;
  /** A JSON reply to a wish to stream is a server that ignored the wish (on NDJSON protocols it cannot be told apart). */
  jsonIsUnstreamed: boolean;
  events: AttemptEvents;
}
