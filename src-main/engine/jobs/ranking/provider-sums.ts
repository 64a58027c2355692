import { z } from 'zod';
import type { JsonValue } from '../../protocols/json.ts';
import { Sketch } from '../../stats/sketch.ts';
import type { ProviderCall } from '../../store/provider-calls.ts';
import { BACKGROUND_APP } from '../calls/background-app.ts';

/** What the calls of one provider in a span of time come to. Adds up; nothing can be taken out again. */
export interface ProviderSums {
  ok: number;
  /** Only failures that are the provider's. */
  failed: number;
  /** Milliseconds from the start of a call. */
  firstToken: Sketch;
  /** Of streams whose tokens the provider counted. */
  streamedTokens: number;
  streamedMs: number;
  /** Tokens in and out of the calls whose cost is known, and that cost. */
  pricedTokens: number;
  costNanoUsd: number;
}

/** Failures that say something about the provider: neither the request's fault, nor the key's, nor our own queue's. */
const ITS_OWN: ReadonlySet<string> = new Set([
  'upstream_error',
  'upstream_timeout',
  'upstream_unreachable',
  'upstream_truncated',
  'upstream_garbled',
  'overloaded',
  'rate_limited',
]);

/** Shorter than this, a stream's time says more about its pieces than about the model. */
const SHORTEST_STREAM_MS = 20;

export function noSums(): ProviderSums {
  const firstToken = new Sketch();
  return { ok: 0, failed: 0, firstToken, streamedTokens: 0, streamedMs: 0, pricedTokens: 0, costNanoUsd: 0 };
}

/** Adds a call. Those that were broken off by us, and background work's own (it loads models on purpose), are left out. */
export function addCall(sums: ProviderSums, call: ProviderCall): void {
  if (call.app === BACKGROUND_APP || call.outcome === 'cancelled') return;
  if (call.outcome === 'failed') {
    if (call.failureCode !== null && ITS_OWN.has(call.failureCode)) sums.failed += 1;
    return;
  }
  sums.ok += 1;
  const { firstTokenMs, durationMs, inputTokens, outputTokens, costNanoUsd } = call;
  if (firstTokenMs !== null) sums.firstToken.add(firstTokenMs);
  const streamedMs = firstTokenMs === null ? 0 : durationMs - firstTokenMs;
  const isTimed = call.streamed && !call.usageEstimated && streamedMs >= SHORTEST_STREAM_MS;
  if (isTimed && outputTokens !== null && outputTokens >= 2) {
    // The first token is where the measured time begins.
    sums.streamedTokens += outputTokens - 1;
    sums.streamedMs += streamedMs;
  }
  if (costNanoUsd === null || inputTokens === null) return;
  sums.pricedTokens += inputTokens + (outputTokens ?? 0);
  sums.costNanoUsd += costNanoUsd;
}

export function addSums(to: ProviderSums, other: ProviderSums): void {
  to.firstToken.merge(other.firstToken);
  to.ok += other.ok;
  to.failed += other.failed;
  to.streamedTokens += other.streamedTokens;
  to.streamedMs += other.streamedMs;
  to.pricedTokens += other.pricedTokens;
  to.costNanoUsd += other.costNanoUsd;
}

const count = z.int().min(0);
const kept = z.strictObject({
  ok: count,
  failed: count,
  firstToken: z.unknown(),
  streamedTokens: count,
  streamedMs: z.number().min(0),
  pricedTokens: count,
  costNanoUsd: count,
});

export function printSums({ firstToken, ...rest }: ProviderSums): JsonValue {
  return { ...rest, firstToken: { ...firstToken.toState() } };
}

/** null: it is not what `printSums` gives. */
export function parseSums(value: JsonValue | null): ProviderSums | null {
  const parsed = kept.safeParse(value);
  const firstToken = parsed.success ? Sketch.fromState(parsed.data.firstToken) : null;
  return parsed.success && firstToken !== null ? { ...parsed.data, firstToken } : null;
}
