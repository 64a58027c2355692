import type { TokenUsage } from '../../protocols/chat-event.ts';
import type { ChatRequest } from '../../protocols/chat-request.ts';
import type { Endpoint } from '../../routing/endpoint.ts';
import { estimatePromptTokens } from '../../routing/estimate-prompt-tokens.ts';
import { energyOfAnswer } from '../../spend/energy.ts';
import type { AttemptRecord, RequestRecord } from '../../store/records.ts';
import { BACKGROUND_APP } from './background-app.ts';
import type { JobCallerParts } from './job-caller-parts.ts';
import type { CallEnd, TextCall } from './text-call.ts';
import { TEXT_FORMATS } from './text-format.ts';

export interface EndedCall {
  id: string;
  /** Which job it was for, in words. */
  purpose: string;
  endpoint: Endpoint;
  request: ChatRequest;
  call: TextCall;
  end: CallEnd;
}

/** The ledger's record of one call of background work. It has no decision and no reference: nothing is learned from it or saved by it. */
export function bookCall(
  { clock, pricing, localWatts }: Pick<JobCallerParts, 'clock' | 'pricing' | 'localWatts'>,
  ended: EndedCall,
): RequestRecord {
  const { endpoint, call, end } = ended;
  const durationMs = call.endedMs - call.startedMs;
  const firstContentMs = call.firstContentMs === null ? null : call.firstContentMs - call.startedMs;
  const { usage, estimated } = usageOf(ended);
  const outcome = end.kind === 'answered' ? 'ok' : end.kind === 'stopped' ? 'cancelled' : 'failed';
  const failureCode = end.kind === 'failed' ? end.code : end.kind === 'stopped' ? 'cancelled' : null;
  const { costNanoUsd, price } = wasNeverProcessed(ended)
    ? { costNanoUsd: 0, price: null }
    : pricing.priceCall(endpoint, usage);
  const { providerId, model, track } = endpoint;
  const attempt: AttemptRecord = {
    ...{ providerId, model, track, startedMs: 0, firstContentMs, durationMs, outcome, status: call.status },
    ...{ failureCode, usage, usageEstimated: estimated, costNanoUsd, price },
  };
  return {
    id: ended.id,
    startedAtMs: Math.round(clock.nowMs() - durationMs),
    operation: TEXT_FORMATS[endpoint.protocol].name,
    app: BACKGROUND_APP,
    requestedModel: endpoint.id,
    stream: true,
    outcome,
    status: end.kind === 'answered' ? 200 : end.kind === 'stopped' ? 499 : 502,
    path: end.kind === 'answered' ? track : null,
    reason: `background work: ${ended.purpose}`,
    failureCode,
    durationMs,
    firstContentMs,
    overheadMs: 0,
    decision: null,
    referenceNanoUsd: null,
    energyJoules: track === 'cloud' ? 0 : energyOf(localWatts(), durationMs),
    attempts: [attempt],
  };
}

/**
 * As the server counted; of an answer that did not come to its end, or whose server does not count, the prompt as
 * estimated and the pieces that came.
 */
function usageOf({ endpoint, request, call, end }: EndedCall): { usage: TokenUsage; estimated: boolean } {
  const { usage, pieces } = call.collector;
  if (end.kind === 'answered' && usage.inputTokens !== null && usage.outputTokens !== null) {
    return { usage, estimated: false };
  }
  const mayHaveRead = end.kind !== 'failed' || pieces > 0;
  if (!mayHaveRead && endpoint.track === 'local') return { usage, estimated: false };
  const inputTokens = usage.inputTokens ?? estimatePromptTokens(request, 0).promptTokens;
  return {
    usage: { ...usage, inputTokens, outputTokens: Math.max(usage.outputTokens ?? 0, pieces) },
    estimated: true,
  };
}

/** Not connected, or answered with an error status: nothing was made and nothing is billed. */
function wasNeverProcessed({ call, end }: EndedCall): boolean {
  if (end.kind === 'failed' && end.code === 'upstream_unreachable') return true;
  return call.status !== null && call.status >= 300;
}

function energyOf(watts: number | null, busyMs: number): number | null {
  if (watts === null) return null;
  const unknown = { inputTokens: null, outputTokens: null, inputTokensPerSecond: null, outputTokensPerSecond: null };
  return energyOfAnswer({ watts, busyMs, ...unknown });
}
