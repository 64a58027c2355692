import { hasJustGotStuck, type Aim } from './aim.ts';
import type { Endpoint } from './endpoint.ts';

/** Another model answers in another voice: a small thing, but it is noticed. */
const VOICE_USD = 0.001;
/** A model that has gone round in circles in a conversation is expected to do so again. */
const STUCK_SHARE = 0.5;

/**
 * What going on with this endpoint is worth to a conversation in USD, besides what a warm prompt cache saves: that is in
 * the prediction already, as lower cost and an earlier first token. Below 0 for an endpoint that it is or was stuck with.
 */
export function affinityUsd({ id }: Endpoint, { conversation, weights }: Aim): number {
  if (conversation === null) return 0;
  const stuckWith = hasJustGotStuck(conversation) ? conversation.endpointId : conversation.stuckWith;
  if (id === stuckWith) return -STUCK_SHARE * weights.answerUsd;
  return id === conversation.endpointId ? VOICE_USD : 0;
}
