import type { RouteAnswer, RouteCandidate, RouteQuestionInput } from '../../../src-shared/optimizer.ts';
import type { Clock } from '../ports.ts';
import type { ChatRequest } from '../protocols/chat-request.ts';
import type { RequestPins, ScoredCandidate } from '../routing/decision.ts';
import type { DualTrackOptimizer } from './dual-track-optimizer.ts';
import type { RequestContext } from './request-report.ts';

/** Stands for "an image": nobody looks at it. */
const IMAGE = { kind: 'base64', data: '' } as const;

/** What would be chosen for a prompt now. Calls nothing, explores nothing, remembers nothing. */
export function explainRoute(
  parts: { clock: Clock; optimizer: DualTrackOptimizer },
  question: RouteQuestionInput,
  context: Pick<RequestContext, 'virtual' | 'endpoints' | 'app' | 'appId' | 'permissions'>,
): RouteAnswer {
  const request = toRequest(question);
  const startedMs = parts.clock.monotonicMs();
  const { decision, profile } = parts.optimizer.getOptimizationRecommendations(request, {
    ...context,
    pins: toPins(question),
    dryRun: true,
  });
  const decisionMicroseconds = (parts.clock.monotonicMs() - startedMs) * 1000;
  const { path, refusals, hedgeAfterMs, warm, reason, strategy, actsAs, keptPrivate } = decision;
  return {
    kind: decision.kind,
    promptTokens: profile.promptTokens,
    path,
    candidates: decision.candidates.map((candidate) => toCandidate(candidate, parts.optimizer)),
    refusals: [...refusals],
    hedgeAfterMs,
    warm: warm?.id ?? null,
    reason,
    strategy,
    actsAs,
    keptPrivate,
    decisionMicroseconds,
  };
}

function toRequest(question: RouteQuestionInput): ChatRequest {
  const request: ChatRequest = {
    model: question.model,
    mode: 'chat',
    messages: [
      {
        role: 'user',
        parts: [
          { type: 'text', text: question.prompt },
          ...(question.images ? [{ type: 'image' as const, source: IMAGE }] : []),
        ],
      },
    ],
    stream: true,
  };
  if (question.tools > 0) {
    request.tools = Array.from({ length: question.tools }, (_each, place) => ({ name: `tool-${place + 1}` }));
  }
  if (question.json) request.output = { type: 'json' };
  if (question.maxOutputTokens !== null) request.maxOutputTokens = question.maxOutputTokens;
  return request;
}

function toPins({ track, strategy, private: isPrivate, deadlineMs, importance }: RouteQuestionInput): RequestPins {
  return {
    ...(track === undefined ? {} : { track }),
    ...(strategy === undefined ? {} : { strategy }),
    ...(isPrivate === undefined ? {} : { private: isPrivate }),
    ...(deadlineMs === undefined ? {} : { deadlineMs }),
    ...(importance === undefined ? {} : { importance }),
  };
}

function toCandidate(
  { endpoint, prediction, parts, score, propensity }: ScoredCandidate,
  optimizer: DualTrackOptimizer,
): RouteCandidate {
  const measured = optimizer.measuredOf(endpoint.id);
  return {
    endpoint: endpoint.id,
    track: endpoint.track,
    loaded: endpoint.loaded,
    score,
    parts,
    propensity,
    firstTokenMs: known(prediction.firstTokenMs.mean),
    firstTokenP95Ms: known(prediction.firstTokenP95Ms),
    loadMs: known(prediction.loadMs),
    queueMs: known(prediction.queueMs),
    tokensPerSecond: known(prediction.tokensPerSecond.mean),
    outputTokens: known(prediction.outputTokens.mean),
    costNanoUsd: prediction.costNanoUsd,
    energyJoules: known(prediction.energyJoules),
    quality: known(prediction.quality.mean),
    qualitySd: known(prediction.quality.sd),
    success: known(prediction.success.mean),
    observations: Math.max(prediction.firstTokenMs.observations, prediction.quality.observations),
    measured: measured === null ? null : { atMs: measured.takenAtMs, onBattery: measured.onBattery },
  };
}

/** JSON has no word for a number that is none. */
function known(value: number | null): number | null {
  return value !== null && Number.isFinite(value) ? value : null;
}
