import { hasJustGotStuck, type Aim } from './aim.ts';
import type { Endpoint } from './endpoint.ts';

/** Another model answers in another voice: a small thing, but it is noticed. */
const VOICE_USD = 0.001;
/** A model that has just gone round in circles is expected to go on like that. */
const STUCK_SHARE = 0.5;

/**
 * What staying with the conversation's endpoint is worth in USD, besides what its warm prompt cache saves: that is in the
 * prediction already, as lower cost and an earlier first token. Below 0 for an endpoint that the conversation is stuck with.
 */
export function affinityUsd(endpoint: Endpoint, { conversation, weights }: Aim): number {
  if (conversation?.endpointId !== endpoint.id) return 0;
  return hasJustGotStuck(conversation) ? -STUCK_SHARE * weights.answerUsd : VOICE_USD;
}
