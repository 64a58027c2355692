import type { TokenUsage } from '../protocols/chat-event.ts';
import type { Failure } from '../protocols/failure.ts';
import type { AttemptRecord, Outcome, Path } from '../store/records.ts';
import type { Attempt } from './attempt.ts';
import type { ExchangeContext } from './context.ts';
import type { Job } from './job.ts';
import { overheadMs } from './reply-headers.ts';

export interface Ending {
  job: Job;
  attempts: readonly Attempt[];
  /** What the client got; 499 when it hung up. */
  status: number;
  failure: Failure | null;
  path: Path | null;
  firstContentMs: number | null;
  nowMs: number;
}

/** Books a finished request: every attempt with its tokens and price, then the whole. Returns what it cost, or null. */
export function settle(context: ExchangeContext, ending: Ending): number | null {
  const { job, failure } = ending;
  const attempts = ending.attempts.map((attempt) => bookAttempt(context, job, attempt));
  const last = ending.attempts.at(-1);
  context.onRecord({
    id: job.id,
    startedAtMs: job.startedAtMs,
    operation: job.operation,
    app: job.app,
    requestedModel: job.requestedModel,
    stream: job.stream,
    outcome: outcomeOf(failure),
    status: ending.status,
    path: failure === null ? ending.path : null,
    reason: job.reason,
    failureCode: failure?.code ?? null,
    durationMs: ending.nowMs - job.arrivedMs,
    firstContentMs: ending.firstContentMs === null ? null : ending.firstContentMs - job.arrivedMs,
    overheadMs:
      last === undefined ? ending.nowMs - job.arrivedMs : overheadMs(job, last, last.firstContentMs ?? ending.nowMs),
    attempts,
  });
  return sumCosts(attempts);
}

/** How a request ended, by its failure. */
export function outcomeOf(failure: Failure | null): Outcome {
  if (failure === null) return 'ok';
  return failure.code === 'cancelled' ? 'cancelled' : 'failed';
}

/** null as soon as one part is unknown: a sum of known parts would look like the whole. */
function sumCosts(attempts: readonly AttemptRecord[]): number | null {
  let sum = 0;
  for (const { costNanoUsd } of attempts) {
    if (costNanoUsd === null) return null;
    sum += costNanoUsd;
  }
  return sum;
}

function bookAttempt(context: ExchangeContext, job: Job, attempt: Attempt): AttemptRecord {
  const { endpoint } = attempt;
  const { usage, estimated } = usageOf(job, attempt);
  const { costNanoUsd, price } = wasNeverProcessed(attempt)
    ? { costNanoUsd: 0, price: null }
    : context.priceCall(endpoint, usage);
  return {
    providerId: endpoint.providerId,
    model: endpoint.model,
    track: endpoint.track,
    startedMs: attempt.startedMs - job.arrivedMs,
    firstContentMs: attempt.firstContentMs === null ? null : attempt.firstContentMs - job.arrivedMs,
    durationMs: (attempt.endedMs ?? attempt.startedMs) - attempt.startedMs,
    outcome: attempt.outcome ?? 'cancelled',
    status: attempt.status,
    failureCode: attempt.failure?.code ?? null,
    usage,
    usageEstimated: estimated,
    costNanoUsd,
    price,
  };
}

/** Not sent, not connected, or answered with an error status: no tokens were made and nothing is billed. */
function wasNeverProcessed(attempt: Attempt): boolean {
  if (attempt.sentMs === null) return true;
  if (attempt.failure?.code === 'upstream_unreachable') return true;
  return attempt.status !== null && attempt.status >= 300;
}

/**
 * The upstream's own numbers; where content came without them, counted pieces, marked as an estimate. What was told
 * before a stream broke off (Anthropic's message_start counts one token of output) is not its sum.
 */
function usageOf(job: Job, attempt: Attempt): { usage: TokenUsage; estimated: boolean } {
  const { usage, contentPieces, outcome } = attempt;
  const isWhole = outcome === 'ok' && usage.inputTokens !== null && usage.outputTokens !== null;
  if (isWhole || contentPieces === 0) return { usage, estimated: false };
  const inputTokens = usage.inputTokens ?? job.promptTokens;
  const outputTokens = Math.max(usage.outputTokens ?? 0, contentPieces);
  const estimated = inputTokens !== usage.inputTokens || outputTokens !== usage.outputTokens;
  return { usage: { ...usage, inputTokens, outputTokens }, estimated };
}
