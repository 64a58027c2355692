import type { Strategy } from '../../../src-shared/strategy.ts';
import type { Path } from '../store/records.ts';
import type { Evidence } from './evidence.ts';
import type { MetricsSample } from './metrics-collector-sample.ts';
import type { CallReport, RequestResult } from './request-report.ts';

/** A finished request in numbers. */
export function toMetricsSample(ending: {
  path: Path | null;
  result: RequestResult;
  success: boolean;
  evidence: Evidence | null;
  strategy: Strategy;
}): MetricsSample {
  const { path, result, evidence } = ending;
  const { calls, answeredBy } = result;
  const answer = answerAmong(calls, answeredBy);
  return {
    path,
    track: answer?.endpoint.track ?? null,
    strategy: ending.strategy,
    succeeded: ending.success,
    // An answer in one piece has no first token: its time is that of the whole, and no target is for that.
    firstTokenMs: result.stream ? result.firstTokenMs : null,
    totalMs: result.durationMs,
    tokensPerSecond: answer?.tokensPerSecond ?? null,
    costNanoUsd: costOf(calls),
    quality: evidence?.quality ?? null,
    energyJoules: result.energyJoules,
    hedges: path === 'parallel' ? 1 : 0,
    wastedNanoUsd: wasteOf(calls, answer),
  };
}

function answerAmong(calls: readonly CallReport[], answeredBy: string | null): CallReport | undefined {
  for (const call of calls) if (call.endpoint.id === answeredBy) return call;
  return undefined;
}

/** null as soon as one is unknown. */
function costOf(calls: readonly CallReport[]): number | null {
  let sum = 0;
  for (const { costNanoUsd } of calls) {
    if (costNanoUsd === null) return null;
    sum += costNanoUsd;
  }
  return sum;
}

/** Of what was sent and is not the answer; null as soon as one is unknown. */
function wasteOf(calls: readonly CallReport[], answer: CallReport | undefined): number | null {
  let sum = 0;
  for (const call of calls) {
    if (call === answer || !call.wasSent) continue;
    if (call.costNanoUsd === null) return null;
    sum += call.costNanoUsd;
  }
  return sum;
}
