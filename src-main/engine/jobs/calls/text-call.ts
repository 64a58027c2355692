import type { Clock } from '../../ports.ts';
import type { ChatRequest } from '../../protocols/chat-request.ts';
import type { Failure, FailureCode } from '../../protocols/failure.ts';
import type { UpstreamFormat } from '../../protocols/format.ts';
import type { TransportProblem } from '../../providers/transport-problem.ts';
import type { UpstreamCall, UpstreamHandle, UpstreamHandlers, UpstreamHeaders } from '../../providers/upstream-call.ts';
import type { UpstreamClient } from '../../providers/upstream-client.ts';
import { AnswerCollector } from './answer-collector.ts';
import { describeCallFailure } from './describe-call-failure.ts';

/** How a call went. `stopped`: by its signal. */
export type CallEnd =
  | { kind: 'answered' }
  | { kind: 'stopped' }
  | { kind: 'failed'; code: FailureCode; sentence: string; willPass: boolean };

export interface TextCallOptions {
  clock: Clock;
  client: Pick<UpstreamClient, 'send'>;
  call: UpstreamCall;
  format: UpstreamFormat;
  request: ChatRequest;
  providerName: string;
  timeoutMs: number;
  signal: AbortSignal;
}

/** One call for a text, from its first byte to its last; knows nothing of money or whose model it is. */
export class TextCall implements UpstreamHandlers {
  readonly startedMs: number;
  endedMs: number;
  firstContentMs: number | null = null;
  status: number | null = null;
  collector: AnswerCollector;
  readonly #options: TextCallOptions;
  #resolve: (end: CallEnd) => void = () => undefined;
  #end: CallEnd | null = null;
  #cancelTimer: () => void = () => undefined;
  #handle: UpstreamHandle | null = null;
  #isSecondTry = false;
  readonly #onAbort = () => this.#finish({ kind: 'stopped' });

  constructor(options: TextCallOptions) {
    this.#options = options;
    this.startedMs = this.endedMs = options.clock.monotonicMs();
    this.collector = this.#createCollector(true);
  }

  /** Sends it and waits for its end. Never rejects. */
  run(): Promise<CallEnd> {
    const { clock, client, call, signal, timeoutMs, providerName } = this.#options;
    return new Promise((resolve) => {
      this.#resolve = resolve;
      signal.addEventListener('abort', this.#onAbort, { once: true });
      const sentence = `${providerName} did not answer within ${Math.round(timeoutMs / 1_000)} s.`;
      this.#cancelTimer = clock.after(timeoutMs, () => this.#fail('upstream_timeout', sentence));
      this.#handle = client.send(call, this);
    });
  }

  onHead(status: number, headers: UpstreamHeaders): void {
    this.status = status;
    if (status >= 300) {
      this.#finish({ kind: 'failed', ...describeCallFailure(status, this.#options.providerName) });
      return;
    }
    const type = String(headers['content-type'] ?? '');
    const isStream = this.#options.format.protocol === 'ollama' || !type.includes('application/json');
    this.collector = this.#createCollector(isStream);
  }

  onBytes(bytes: Uint8Array): void {
    if (this.#end !== null) return;
    this.collector.push(bytes);
    if (this.firstContentMs === null && this.collector.pieces > 0) {
      this.firstContentMs = this.#options.clock.monotonicMs();
    }
    this.#look();
  }

  onEnd(): void {
    if (this.#end !== null) return;
    this.collector.end();
    this.#look();
  }

  onError({ kind }: TransportProblem): void {
    const { providerName, client, call } = this.#options;
    if (kind === 'reset' && this.status === null && !this.#isSecondTry) {
      // A connection that was kept open may have been closed by the other side just then.
      this.#isSecondTry = true;
      this.#handle = client.send(call, this);
      return;
    }
    const code = TRANSPORT_CODES[kind];
    const was = code === 'upstream_unreachable' ? 'cannot be reached' : 'broke off the connection';
    this.#fail(code, `${providerName} ${was}: look whether it is running.`);
  }

  /** The last line says all: some servers leave the connection open behind it. */
  #look(): void {
    const { answer, failure } = this.collector;
    if (failure !== null) this.#failWith(failure);
    else if (answer !== null) this.#finish({ kind: 'answered' });
  }

  #failWith({ code }: Failure): void {
    const sentence = FAILURE_SENTENCES[code] ?? 'broke off its answer with an error';
    this.#fail(code, `${this.#options.providerName} ${sentence}.`, code !== 'unsupported_feature');
  }

  #fail(code: FailureCode, sentence: string, willPass = true): void {
    this.#finish({ kind: 'failed', code, sentence, willPass });
  }

  #finish(end: CallEnd): void {
    if (this.#end !== null) return;
    this.#end = end;
    this.endedMs = this.#options.clock.monotonicMs();
    this.#options.signal.removeEventListener('abort', this.#onAbort);
    this.#cancelTimer();
    // Ollama goes on generating as long as somebody listens.
    this.#handle?.abort();
    this.#resolve(end);
  }

  #createCollector(isStream: boolean): AnswerCollector {
    const { format, request } = this.#options;
    return new AnswerCollector({ format, request, isStream });
  }
}

const TRANSPORT_CODES: Readonly<Record<TransportProblem['kind'], FailureCode>> = {
  refused: 'upstream_unreachable',
  dns: 'upstream_unreachable',
  tls: 'upstream_unreachable',
  connect_timeout: 'upstream_unreachable',
  reset: 'upstream_truncated',
  garbled: 'upstream_garbled',
};

/** Never the server's own words: they may quote the prompt. */
const FAILURE_SENTENCES: Partial<Record<FailureCode, string>> = {
  upstream_garbled: 'answered something that its protocol does not know',
  upstream_truncated: 'ended its answer before it was whole',
  unsupported_feature: 'cannot do what was asked',
  context_too_long: 'cannot take a prompt that long',
};
