import type { TokenUsage } from '../protocols/chat-event.ts';
import type { AttemptRecord } from '../store/records.ts';
import type { Attempt } from './attempt.ts';
import type { ExchangeContext } from './context.ts';
import type { AttemptOutcome, Job } from './job.ts';

/** One call as it stands in the ledger: winners, losers of a race, failures and what was thrown away alike. */
export function bookAttempt(context: ExchangeContext, job: Job, attempt: Attempt): AttemptRecord {
  const { endpoint, reply } = attempt;
  const { usage, estimated } = usageOf(job, attempt);
  const { costNanoUsd, price } = wasNeverProcessed(attempt)
    ? { costNanoUsd: 0, price: null }
    : context.priceCall(endpoint, usage);
  return {
    providerId: endpoint.providerId,
    model: endpoint.model,
    track: endpoint.track,
    startedMs: attempt.startedMs - job.arrivedMs,
    firstContentMs: reply.firstContentMs === null ? null : reply.firstContentMs - job.arrivedMs,
    durationMs: (attempt.endedMs ?? attempt.startedMs) - attempt.startedMs,
    outcome: attempt.outcome ?? 'cancelled',
    status: reply.status,
    failureCode: attempt.failure?.code ?? null,
    usage,
    usageEstimated: estimated,
    costNanoUsd,
    price,
  };
}

/** The same call for somebody who learns from it. */
export function describeAttempt(attempt: Attempt, booked: AttemptRecord): AttemptOutcome {
  const { endpoint, sentMs, startedMs, reply } = attempt;
  const endedMs = attempt.endedMs ?? startedMs;
  const { firstContentMs } = reply;
  return {
    endpoint,
    booked,
    queueMs: (sentMs ?? endedMs) - startedMs,
    firstTokenMs: sentMs === null || firstContentMs === null ? null : firstContentMs - sentMs,
    loadMs: reply.loadMs,
    callMs: sentMs === null ? null : endedMs - sentMs,
    tokensPerSecond: tokensPerSecond(attempt, booked.usage),
    signs: attempt.signs,
    ranAlone: attempt.ranAlone,
  };
}

/** Shorter than this, a stream's time says more about its chunks than about the model. */
const SHORTEST_STREAM_MS = 20;

function tokensPerSecond({ reachedItsEnd, endedMs, reply }: Attempt, usage: TokenUsage): number | null {
  const { firstContentMs, whole } = reply;
  if (!reachedItsEnd || whole !== null || firstContentMs === null || endedMs === null) return null;
  const { outputTokens } = usage;
  const streamedMs = endedMs - firstContentMs;
  if (outputTokens === null || outputTokens < 2 || streamedMs < SHORTEST_STREAM_MS) return null;
  // The first token is where the measured time begins.
  return ((outputTokens - 1) / streamedMs) * 1000;
}

/** Not sent, not connected, or answered with an error status: no tokens were made and nothing is billed. */
function wasNeverProcessed({ sentMs, failure, reply }: Attempt): boolean {
  if (sentMs === null) return true;
  if (failure?.code === 'upstream_unreachable') return true;
  return reply.status !== null && reply.status >= 300;
}

/**
 * The upstream's own numbers; where content came without them, counted pieces, marked as an estimate. What was told
 * before a stream broke off (Anthropic's message_start counts one token of output) is not its sum. Of a call that we
 * broke off ourselves the upstream has had the prompt, and bills it.
 */
function usageOf(job: Job, attempt: Attempt): { usage: TokenUsage; estimated: boolean } {
  const { reply, reachedItsEnd, outcome, sentMs } = attempt;
  const { usage, contentPieces } = reply;
  const isWhole = reachedItsEnd && usage.inputTokens !== null && usage.outputTokens !== null;
  const wasBrokenOff = outcome === 'cancelled' && sentMs !== null;
  if (isWhole || (contentPieces === 0 && !wasBrokenOff)) return { usage, estimated: false };
  const inputTokens = usage.inputTokens ?? job.promptTokens;
  const outputTokens = Math.max(usage.outputTokens ?? 0, contentPieces);
  const estimated = inputTokens !== usage.inputTokens || outputTokens !== usage.outputTokens;
  return { usage: { ...usage, inputTokens, outputTokens }, estimated };
}
