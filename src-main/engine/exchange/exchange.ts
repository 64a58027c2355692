import type { Failure } from '../protocols/failure.ts';
import { InvalidRequest } from '../protocols/failure.ts';
import type { Endpoint } from '../routing/endpoint.ts';
import type { Path } from '../store/records.ts';
import { Attempt, type AttemptEvents } from './attempt.ts';
import { retryAfterMs } from './classify-failure.ts';
import type { ExchangeContext } from './context.ts';
import type { Timed } from './deadlines.ts';
import type { CallPlan, ClientSink, Job, SinkListener, WholeReply } from './job.ts';
import { replyHeaders } from './reply-headers.ts';
import { settle } from './settle.ts';
import type { StallLimits } from './stall-watch.ts';
import { summariseFailures } from './summarise-failures.ts';

/** Failures that say something about the endpoint: they are counted against it, and another endpoint is tried. */
const COUNTED = new Set([
  'upstream_error',
  'upstream_timeout',
  'upstream_unreachable',
  'upstream_truncated',
  'upstream_garbled',
  'overloaded',
]);
/** Failures that say something about the way there: another endpoint is tried, nothing is counted. */
const ELSEWHERE = new Set(['rate_limited', 'queue_full', 'credential_refused']);
/** How long an endpoint is left alone after a 429 that names no time. */
const DEFAULT_LIMIT_MS = 1_000;

/**
 * Serves one request: tries its candidates in order until one delivers content, streams that to the client, and books
 * everything. Before the first content a failure goes to the next candidate; after it the stream ends in the surface's
 * own error form. When the client hangs up, the call under way is cancelled at once.
 */
export class Exchange implements AttemptEvents, SinkListener, Timed {
  slot = -1;
  readonly #context: ExchangeContext;
  readonly #job: Job;
  readonly #sink: ClientSink;
  readonly #attempts: Attempt[] = [];
  #current: Attempt | null = null;
  #firstContentMs: number | null = null;
  #nextHeartbeatMs: number;
  #pausedSinceMs: number | null = null;
  #done = false;

  constructor(context: ExchangeContext, job: Job, sink: ClientSink) {
    this.#context = context;
    this.#job = job;
    this.#sink = sink;
    this.#nextHeartbeatMs = job.arrivedMs + context.settings().heartbeat.firstMs;
    sink.listener = this;
  }

  start(): void {
    this.#context.deadlines.watch(this);
    this.#tryNext();
  }

  /** Time passes: limits of the call under way, heartbeats to a waiting client, a client that reads nothing. */
  tick(nowMs: number): void {
    if (this.#done) return;
    this.#current?.tick(nowMs);
    if (this.slot === -1) return;
    const { heartbeat, gateway } = this.#context.settings();
    if (this.#pausedSinceMs !== null && nowMs - this.#pausedSinceMs > gateway.stalledReaderTimeoutMs) {
      this.#sink.destroy();
      return;
    }
    if (this.#job.stream && this.#firstContentMs === null && nowMs >= this.#nextHeartbeatMs) {
      this.#nextHeartbeatMs = nowMs + heartbeat.everyMs;
      this.#openStream();
      const beat = this.#job.heartbeat();
      if (beat === '') this.#sink.flushHead();
      else this.#write(beat);
    }
  }

  #tryNext(): void {
    const endpoint = this.#job.candidates[this.#attempts.length];
    if (endpoint === undefined) {
      this.#giveUp(summariseFailures(this.#attempts));
      return;
    }
    const access = this.#context.providers.access(endpoint.providerId);
    const plan = this.#plan(endpoint);
    if (plan === null) return;
    const attempt = new Attempt({
      clock: this.#context.clock,
      log: this.#context.log,
      client: this.#context.client,
      endpoint,
      providerName: access?.name ?? endpoint.providerId,
      authHeaders: access?.authHeaders ?? [],
      lane: this.#context.lanes.of(endpoint),
      plan,
      timeouts: this.#timeouts(endpoint),
      jsonIsUnstreamed: endpoint.protocol !== 'ollama',
      events: this,
    });
    this.#attempts.push(attempt);
    this.#current = attempt;
    attempt.start();
  }

  #plan(endpoint: Endpoint): CallPlan | null {
    try {
      return this.#job.plan(endpoint);
    } catch (error) {
      if (error instanceof InvalidRequest) this.#giveUp(error.failure);
      else this.#giveUp(this.#internal(error));
      return null;
    }
  }

  #internal(error: unknown): Failure {
    this.#context.log.error({ requestId: this.#job.id, error }, 'a request could not be put together');
    return { code: 'internal', message: 'Pointsman failed to put this request together. The log has the details.' };
  }

  #timeouts(endpoint: Endpoint): StallLimits {
    const { timeouts } = this.#context.settings();
    return {
      firstContentMs: endpoint.track === 'local' ? timeouts.firstContentLocalMs : timeouts.firstContentCloudMs,
      betweenContentMs: timeouts.betweenContentMs,
    };
  }

  onOutput(bytes: string | Uint8Array): void {
    if (this.#firstContentMs === null) {
      this.#firstContentMs = this.#context.clock.monotonicMs();
      this.#openStream();
    }
    this.#write(bytes);
  }

  #write(bytes: string | Uint8Array): void {
    if (this.#sink.write(bytes) || this.#pausedSinceMs !== null) return;
    this.#pausedSinceMs = this.#context.clock.monotonicMs();
    this.#current?.pause();
  }

  onDrain(): void {
    if (this.#pausedSinceMs === null) return;
    this.#pausedSinceMs = null;
    this.#current?.resume();
  }

  #openStream(): void {
    if (this.#sink.headSent) return;
    this.#sink.head(200, [
      'content-type',
      this.#job.streamType,
      'cache-control',
      'no-cache',
      ...replyHeaders(this.#job, this.#current, { costNanoUsd: null, nowMs: this.#context.clock.monotonicMs() }),
    ]);
  }

  onDone(attempt: Attempt, whole: WholeReply | null): void {
    this.#context.lanes.of(attempt.endpoint).breaker.succeeded();
    if (whole === null) {
      this.#openStream();
      this.#sink.end();
      this.#finish(200, null);
      return;
    }
    this.#firstContentMs = attempt.firstContentMs;
    const booked = this.#finish(200, null);
    if (this.#sink.headSent) {
      this.#sink.end(whole.body);
      return;
    }
    const headers = replyHeaders(this.#job, attempt, booked);
    headers.push('content-type', this.#job.stream ? this.#job.streamType : 'application/json');
    headers.push('content-length', String(Buffer.byteLength(whole.body)));
    this.#sink.head(200, headers);
    this.#sink.end(whole.body);
  }

  onFailure(attempt: Attempt, failure: Failure): void {
    this.#learn(attempt, failure);
    if (this.#firstContentMs !== null) {
      this.#sink.end(this.#streamError(failure));
      this.#finish(200, failure);
    } else if (COUNTED.has(failure.code) || ELSEWHERE.has(failure.code)) this.#tryNext();
    else this.#giveUp(failure);
  }

  #learn(attempt: Attempt, failure: Failure): void {
    const { lanes, providers, clock } = this.#context;
    const lane = lanes.of(attempt.endpoint);
    if (attempt.pass !== null) {
      if (COUNTED.has(failure.code) && attempt.sentMs !== null) lanes.failed(lane, attempt.pass);
      else lane.breaker.ended(attempt.pass);
    }
    if (failure.code === 'credential_refused') {
      providers.reportCredential(attempt.endpoint.providerId, attempt.status ?? 401);
    }
    if (failure.code === 'rate_limited') lanes.limited(lane, retryAfterMs(failure, clock.nowMs()) ?? DEFAULT_LIMIT_MS);
    this.#context.log.warn(
      { requestId: this.#job.id, endpoint: attempt.endpoint.id, code: failure.code, status: attempt.status },
      'an attempt failed',
    );
  }

  /** Nothing more to try: the client gets an error, in the stream when one was opened by a heartbeat. */
  #giveUp(failure: Failure): void {
    if (this.#sink.headSent) {
      this.#sink.end(this.#streamError(failure));
      this.#finish(200, failure);
      return;
    }
    const { status, body } = this.#job.printError(failure);
    const booked = this.#finish(status, failure);
    const headers = replyHeaders(this.#job, this.#current, booked);
    for (const [name, value] of Object.entries(failure.headers ?? {})) headers.push(name, value);
    headers.push('content-type', 'application/json', 'content-length', String(Buffer.byteLength(body)));
    this.#sink.head(status, headers);
    this.#sink.end(body);
  }

  #streamError(failure: Failure): string {
    return this.#current?.failWith(failure) ?? this.#job.printStreamError(failure);
  }

  onHangUp(): void {
    if (this.#done) return;
    const attempt = this.#current;
    if (attempt !== null) {
      attempt.cancel();
      if (attempt.pass !== null) this.#context.lanes.of(attempt.endpoint).breaker.ended(attempt.pass);
    }
    this.#finish(499, { code: 'cancelled', message: 'The client hung up.' });
  }

  #finish(status: number, failure: Failure | null): { costNanoUsd: number | null; nowMs: number } {
    this.#done = true;
    this.#context.deadlines.forget(this);
    this.#sink.listener = null;
    const nowMs = this.#context.clock.monotonicMs();
    const costNanoUsd = settle(this.#context, {
      job: this.#job,
      attempts: this.#attempts,
      status,
      failure,
      path: this.#path(),
      firstContentMs: this.#firstContentMs,
      nowMs,
    });
    return { costNanoUsd, nowMs };
  }

  #path(): Path | null {
    return this.#current?.endpoint.track ?? null;
  }
}
