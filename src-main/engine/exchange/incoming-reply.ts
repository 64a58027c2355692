import type { Clock } from '../ports.ts';
import { UNKNOWN_USAGE, type FinishReason, type TokenUsage } from '../protocols/chat-event.ts';
import type { Failure } from '../protocols/failure.ts';
import type { UpstreamHeaders } from '../providers/upstream-call.ts';
import type { Endpoint } from '../routing/endpoint.ts';
import { classifyStatus, classifyTransport } from './classify-failure.ts';
import { CollectedBody } from './collected-body.ts';
import type { CallPlan, WholeReply } from './job.ts';
import { withoutSecrets } from './without-secrets.ts';

const NS_PER_MS = 1e6;
/** An error body beyond this is cut: its beginning says what happened. */
const ERROR_BODY_BYTES = 64 * 1024;
/** A reply that is not streamed beyond this is refused: nothing that large is an answer. */
const WHOLE_BODY_BYTES = 256 * 1024 * 1024;
/** Kept back before the first content; beyond this something is sent that we do not know as content. */
const BEGINNING_BYTES = 256 * 1024;
/** Kept back of an answer that may still be thrown away; beyond this it counts as taken. */
const ANSWER_BYTES = 4 * 1024 * 1024;

export interface ReplyOptions {
  clock: Clock;
  endpoint: Endpoint;
  providerName: string;
  /** As sent with the call; complaints must not repeat them. */
  authHeaders: readonly string[];
  plan: CallPlan;
  /** A JSON reply to a wish to stream is a server that ignored the wish (on NDJSON protocols it cannot be told apart). */
  jsonIsUnstreamed: boolean;
  /** True: a stream is kept back to its end, so that its answer may still be thrown away. */
  holdsBack: boolean;
}

/** Takes stream bytes for the client; the first of them mean that content has begun. */
export interface Outlet {
  onOutput(bytes: string | Uint8Array): void;
}

/**
 * The answer of one call while it arrives, told to it piece by piece: an error, a whole reply, or a stream. Everything a
 * stream sends before its first content is kept back, so that the exchange may still go elsewhere without the client
 * noticing; with `holdsBack`, everything it sends.
 */
export class IncomingReply {
  status: number | null = null;
  headMs: number | null = null;
  firstContentMs: number | null = null;
  /** When it was let go: at its first content, or when all of it was there. */
  readyMs: number | null = null;
  /** The reply when it was not streamed. */
  whole: WholeReply | null = null;
  readonly #options: ReplyOptions;
  readonly #outlet: Outlet;
  #headers: UpstreamHeaders = {};
  /** Set while a body is read as a whole: a reply that is not streamed, or an error. */
  #collected: CollectedBody | null = null;
  /** What a stream has sent and nobody has seen; null once it was let go. */
  #held: (string | Uint8Array)[] | null;
  #heldBytes = 0;

  constructor(options: ReplyOptions, outlet: Outlet) {
    this.#options = options;
    this.#outlet = outlet;
    this.#held = options.plan.relay === null ? null : [];
  }

  /** Tokens as told, or null in each place; `estimated` ones are the exchange's business. */
  get usage(): TokenUsage {
    return this.whole?.usage ?? this.#options.plan.relay?.progress.usage ?? UNKNOWN_USAGE;
  }

  /** How long the engine took to load the model, where a stream tells it. */
  get loadMs(): number | null {
    const loadNs = this.#options.plan.relay?.progress.loadNs ?? null;
    return loadNs === null ? null : loadNs / NS_PER_MS;
  }

  get contentPieces(): number {
    return this.#options.plan.relay?.progress.contentPieces ?? 0;
  }

  /** The upstream's own end of its stream was seen. */
  get isFinished(): boolean {
    return this.#collected === null && this.#options.plan.relay?.progress.finished === true;
  }

  /** Nothing of it has been sent on. */
  get isHeld(): boolean {
    return this.#held !== null;
  }

  get finishReason(): FinishReason | null {
    return this.whole?.finishReason ?? this.#options.plan.relay?.progress.finishReason ?? null;
  }

  takeHead(status: number, headers: UpstreamHeaders): void {
    this.headMs = this.#options.clock.monotonicMs();
    this.status = status;
    this.#headers = headers;
    const unstreamed = String(headers['content-type'] ?? '').startsWith('application/json');
    if (status >= 300 || this.#options.plan.relay === null || (unstreamed && this.#options.jsonIsUnstreamed)) {
      this.#collected = new CollectedBody(status >= 300 ? ERROR_BODY_BYTES : WHOLE_BODY_BYTES);
    }
  }

  /** Takes a piece of the body. A failure is the end of it. */
  take(bytes: Uint8Array): Failure | null {
    if (this.#collected !== null) return this.#collect(this.#collected, bytes);
    const { relay } = this.#options.plan;
    if (relay === null) return null;
    const output = relay.push(bytes);
    const { progress } = relay;
    if (output.length > 0) this.#pass(progress.failure === null ? output : this.#cleaned(output));
    if (progress.failure !== null) return progress.failure;
    if (this.#held !== null && (progress.contentStarted || progress.finished)) this.#noteContent();
    return null;
  }

  /** The upstream is done. A failure when that was no answer, or not all of one. */
  takeEnd(): Failure | null {
    if (this.#collected !== null) return this.#readWhole(this.#collected);
    const { relay } = this.#options.plan;
    if (relay === null) return classifyTransport({ kind: 'reset', code: 'no head' }, this.#options.providerName);
    const output = relay.end();
    const { failure } = relay.progress;
    this.#pass(failure === null ? output : this.#cleaned(output));
    if (failure === null) this.#noteContent();
    return failure;
  }

  /** Lets go what is kept back, and all that follows. */
  release(): void {
    const held = this.#held;
    if (held === null) return;
    this.#held = null;
    this.readyMs = this.#options.clock.monotonicMs();
    this.firstContentMs ??= this.readyMs;
    const [opening, ...others] = held;
    if (opening === undefined) return;
    const { holdsBack, plan } = this.#options;
    this.#pass((holdsBack ? plan.afterHeartbeats?.(opening) : null) ?? opening);
    for (const output of others) this.#outlet.onOutput(output);
  }

  /** The bytes that end the client's stream with an error, in step with what was sent; null when nothing streams. */
  failWith(failure: Failure): string | null {
    return this.#options.plan.relay?.failWith(failure) ?? null;
  }

  #noteContent(): void {
    if (this.#options.holdsBack) this.firstContentMs ??= this.#options.clock.monotonicMs();
    else this.release();
  }

  #pass(output: string | Uint8Array): void {
    if (output.length === 0) return;
    if (this.#held === null) {
      this.#outlet.onOutput(output);
      return;
    }
    this.#held.push(output);
    this.#heldBytes += output.length;
    if (this.#heldBytes > (this.#options.holdsBack ? ANSWER_BYTES : BEGINNING_BYTES)) this.release();
  }

  #collect(collected: CollectedBody, bytes: Uint8Array): Failure | null {
    if (collected.push(bytes) || this.#isError) return null;
    return { code: 'upstream_garbled', message: `${this.#options.providerName} sent an answer without end.` };
  }

  #readWhole(collected: CollectedBody): Failure | null {
    const body = collected.toBuffer();
    if (this.#isError) {
      const { providerName, endpoint } = this.#options;
      const status = this.status ?? 502;
      return classifyStatus({ protocol: endpoint.protocol, providerName, status, headers: this.#headers, body });
    }
    const whole = this.#options.plan.readWhole(body);
    this.whole = whole;
    if (whole.failure === null) this.firstContentMs = this.readyMs = this.#options.clock.monotonicMs();
    return whole.failure;
  }

  get #isError(): boolean {
    return this.status === null || this.status >= 300;
  }

  /** Bytes with which a stream fails hold the upstream's own words. */
  #cleaned(output: string | Uint8Array): string {
    const text = typeof output === 'string' ? output : Buffer.from(output).toString('utf8');
    return withoutSecrets(text, this.#options.authHeaders);
  }
}
