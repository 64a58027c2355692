import type { TokenUsage } from '../protocols/chat-event.ts';
import type { Endpoint } from '../routing/endpoint.ts';
import type { Prediction } from '../routing/estimate.ts';
import type { RequestProfile } from '../routing/request-profile.ts';
import type { CallCost } from '../spend/cost-of-call.ts';
import { UNKNOWN_PREDICTION } from './plain-input.ts';
import { predictCost } from './predict-cost.ts';

/** A client that names no limit gets at most this many tokens of most providers. */
const USUAL_LIMIT = 8_192;
/** What an answer may have on average; held against caps per request, never against a budget. */
const USUAL_ANSWER = 500;

/** What a call costs by its price alone, and nothing else: money must be kept to when nothing learned can be used. */
export function predictPriceOnly(call: {
  endpoint: Endpoint;
  profile: Pick<RequestProfile, 'promptTokens' | 'mostPromptTokens' | 'maxOutputTokens'>;
  priceCall: (endpoint: Endpoint, usage: TokenUsage) => CallCost;
}): Prediction {
  const { endpoint, profile } = call;
  const most = Math.min(profile.maxOutputTokens ?? USUAL_LIMIT, endpoint.maxOutputTokens ?? USUAL_LIMIT);
  const cost = predictCost({
    costOf: (usage) => call.priceCall(endpoint, usage),
    promptTokens: profile.promptTokens,
    mostPromptTokens: profile.mostPromptTokens,
    cachedTokens: 0,
    outputTokens: Math.min(most, USUAL_ANSWER),
    outputTokensP95: most,
    maxOutputTokens: most,
  });
  return { ...UNKNOWN_PREDICTION, ...cost };
}
