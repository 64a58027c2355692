import type { Failure } from '../protocols/failure.ts';
import type { Path } from '../store/records.ts';
import { askAdmission } from './ask-ticket.ts';
import type { Attempt, AttemptEvents } from './attempt.ts';
import { findFault } from './find-fault.ts';
import type { ExchangeContext } from './context.ts';
import type { Timed } from './deadlines.ts';
import type { ClientSink, Job, SinkListener, WholeReply } from './job.ts';
import { mayGoElsewhere, noteFailure } from './note-failure.ts';
import { openAttempt } from './open-attempt.ts';
import { replyHeaders } from './reply-headers.ts';
import { settle } from './settle.ts';
import { summariseFailures, type SkippedCandidate } from './summarise-failures.ts';

/**
 * Serves one request: tries its candidates in order until one delivers content, streams that to the client, and books
 * everything. Before the first content a failure goes to the next candidate; after it the stream ends in the surface's
 * own error form. When the client hangs up, the calls under way are cancelled at once.
 *
 * `parallel`: when the first leg has not delivered content in time, a second one starts beside it; the first content of
 * either wins, and the other is cancelled then and there. `cascade`: the first answer is kept back to its end and
 * checked; the client gets it, or that of the next candidate.
 */
export class Exchange implements AttemptEvents, SinkListener, Timed {
  slot = -1;
  readonly #context: ExchangeContext;
  readonly #job: Job;
  readonly #sink: ClientSink;
  readonly #attempts: Attempt[] = [];
  /** Place of the candidate that is next. */
  #next = 0;
  /** Candidates that were not called, and why. */
  #skipped: readonly SkippedCandidate[] = NOBODY;
  /** Whose answer the client gets, or the older leg of a race. */
  #current: Attempt | null = null;
  /** The younger leg, while both are under way. */
  #rival: Attempt | null = null;
  #stopHedge: (() => void) | null = null;
  /** Set once a second leg was started, or an answer kept back to be checked. */
  #path: 'parallel' | 'cascade' | null = null;
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
    const { path, hedgeAfterMs, warm } = this.#job.route;
    this.#context.deadlines.watch(this);
    if (warm !== null) this.#context.warmUps.begin(warm);
    if (path === 'parallel' && hedgeAfterMs !== null) {
      this.#stopHedge = this.#context.clock.after(hedgeAfterMs, () => this.#hedge());
    }
    this.#tryNext();
  }

  /** Time passes: limits of the calls under way, heartbeats to a waiting client, a client that reads nothing. */
  tick(nowMs: number): void {
    if (this.#done) return;
    this.#current?.tick(nowMs);
    this.#rival?.tick(nowMs);
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
    const opened = this.#openNext();
    if (opened === null) this.#giveUp(summariseFailures(this.#attempts, this.#skipped));
    else if (!opened.ok) this.#giveUp(opened.failure);
    else this.#begin(opened.attempt);
  }

  #begin(attempt: Attempt): void {
    this.#current = attempt;
    this.#attempts.push(attempt);
    attempt.start();
  }

  /** The next candidate that may be called, ready to start; null when there is none. */
  #openNext(): ReturnType<typeof openAttempt> | null {
    const { route } = this.#job;
    for (let place = this.#next; ; place += 1) {
      const endpoint = route.candidates[place];
      this.#next = place + 1;
      if (endpoint === undefined) return null;
      const why = route.ticket === null ? null : askAdmission(this.#context, route.ticket, endpoint);
      if (why !== null) {
        this.#skip(endpoint.id, why);
        continue;
      }
      const holdsBack = route.path === 'cascade' && place === 0 && route.candidates.length > 1;
      if (holdsBack) this.#path = 'cascade';
      return openAttempt(this.#context, this.#job, { endpoint, place, holdsBack, events: this });
    }
  }

  #skip(endpointId: string, why: string): void {
    this.#skipped = [...this.#skipped, { endpointId, why }];
  }

  /** The first leg is late. Who cannot be asked now is left out: that leg may still come. */
  #hedge(): void {
    this.#stopHedge = null;
    const opened = this.#openNext();
    if (opened === null) return;
    if (!opened.ok) {
      const endpoint = this.#job.route.candidates[this.#next - 1];
      if (endpoint !== undefined) this.#skip(endpoint.id, opened.failure.message);
      return;
    }
    this.#path = 'parallel';
    this.#rival = opened.attempt;
    this.#attempts.push(opened.attempt);
    opened.attempt.start();
  }

  /** From here on it is this one's answer: whoever else is under way is cancelled. */
  #choose(winner: Attempt): void {
    this.#noHedge();
    if (this.#rival === null) return;
    const loser = winner === this.#rival ? this.#current : this.#rival;
    this.#current = winner;
    this.#rival = null;
    loser?.cancel();
  }

  #noHedge(): void {
    this.#stopHedge?.();
    this.#stopHedge = null;
  }

  onOutput(attempt: Attempt, bytes: string | Uint8Array): void {
    if (this.#firstContentMs === null) {
      this.#firstContentMs = this.#context.clock.monotonicMs();
      this.#choose(attempt);
      this.#openStream();
      if (this.#pausedSinceMs !== null) attempt.pause();
    }
    this.#write(bytes);
  }

  #write(bytes: string | Uint8Array): void {
    if (this.#sink.write(bytes) || this.#pausedSinceMs !== null) return;
    this.#pausedSinceMs = this.#context.clock.monotonicMs();
    if (this.#firstContentMs !== null) this.#current?.pause();
  }

  onDrain(): void {
    if (this.#pausedSinceMs === null) return;
    this.#pausedSinceMs = null;
    this.#current?.resume();
  }

  #openStream(): void {
    if (this.#sink.headSent) return;
    const headers = this.#headers({ costNanoUsd: null, nowMs: this.#context.clock.monotonicMs() });
    this.#sink.head(200, ['content-type', this.#job.streamType, 'cache-control', 'no-cache', ...headers]);
  }

  #headers(booked: { costNanoUsd: number | null; nowMs: number }): string[] {
    const { costNanoUsd, nowMs } = booked;
    const path = this.#pathNow();
    return replyHeaders(this.#job, this.#attempts, { attempt: this.#current, path, costNanoUsd, nowMs });
  }

  onDone(attempt: Attempt, whole: WholeReply | null): void {
    this.#context.lanes.of(attempt.endpoint).breaker.succeeded();
    if (attempt.isOnTrial && this.#failsTrial(attempt)) return;
    this.#choose(attempt);
    if (whole === null) {
      attempt.reply.release();
      this.#openStream();
      this.#sink.end();
      this.#finish(200, null);
      return;
    }
    this.#firstContentMs = attempt.reply.readyMs;
    const booked = this.#finish(200, null);
    if (!this.#sink.headSent) {
      const headers = this.#headers(booked);
      headers.push('content-type', this.#job.stream ? this.#job.streamType : 'application/json');
      headers.push('content-length', String(Buffer.byteLength(whole.body)));
      this.#sink.head(200, headers);
    }
    this.#sink.end(whole.body);
  }

  /** Throws a poor answer away for that of the next candidate. Where nobody can be asked, a poor answer is better than none. */
  #failsTrial(attempt: Attempt): boolean {
    const fault = findFault(attempt.signs);
    if (fault === null) return false;
    const opened = this.#openNext();
    if (opened?.ok !== true) return false;
    attempt.reject({ code: 'answer_rejected', message: `its answer was thrown away: ${fault}.` });
    this.#context.log.info(
      { requestId: this.#job.id, endpoint: attempt.endpoint.id, fault },
      'an answer was thrown away',
    );
    this.#begin(opened.attempt);
    return true;
  }

  onFailure(attempt: Attempt, failure: Failure): void {
    noteFailure(this.#context, this.#job.id, attempt, failure);
    this.#noHedge();
    if (this.#firstContentMs !== null) {
      this.#sink.end(this.#streamError(failure));
      this.#finish(200, failure);
    } else if (this.#rival !== null) {
      this.#current = attempt === this.#rival ? this.#current : this.#rival;
      this.#rival = null;
    } else {
      const final = this.#attempts.find((each) => each.failure !== null && !mayGoElsewhere(each.failure))?.failure;
      if (final === undefined || final === null) this.#tryNext();
      else this.#giveUp(final);
    }
  }

  /** Nothing more to try: the client gets an error, in the stream when one was opened by a heartbeat. */
  #giveUp(failure: Failure): void {
    if (this.#sink.headSent) {
      this.#sink.end(this.#streamError(failure));
      this.#finish(200, failure);
      return;
    }
    const { status, body } = this.#job.printError(failure);
    const headers = this.#headers(this.#finish(status, failure));
    for (const [name, value] of Object.entries(failure.headers ?? {})) headers.push(name, value);
    headers.push('content-type', 'application/json', 'content-length', String(Buffer.byteLength(body)));
    this.#sink.head(status, headers);
    this.#sink.end(body);
  }

  #streamError(failure: Failure): string {
    return this.#current?.reply.failWith(failure) ?? this.#job.printStreamError(failure);
  }

  onHangUp(): void {
    if (this.#done) return;
    this.#current?.cancel();
    this.#rival?.cancel();
    this.#finish(499, { code: 'cancelled', message: 'The client hung up.' });
  }

  #finish(status: number, failure: Failure | null): { costNanoUsd: number | null; nowMs: number } {
    this.#done = true;
    this.#noHedge();
    this.#context.deadlines.forget(this);
    this.#sink.listener = null;
    const nowMs = this.#context.clock.monotonicMs();
    const costNanoUsd = settle(this.#context, {
      job: this.#job,
      attempts: this.#attempts,
      attempt: this.#current,
      status,
      failure,
      path: this.#pathNow(),
      firstContentMs: this.#firstContentMs,
      nowMs,
    });
    return { costNanoUsd, nowMs };
  }

  #pathNow(): Path | null {
    return this.#path ?? this.#current?.endpoint.track ?? null;
  }
}

const NOBODY: readonly SkippedCandidate[] = [];
