import type { ChatRequest } from '../protocols/chat-request.ts';

/** What was found of an answer that an endpoint gave to a past request, beside the accepted one. */
export interface ShadowLesson {
  request: ChatRequest;
  /** That answered in the shadow. */
  endpointId: string;
  /** That gave the accepted answer. */
  acceptedFrom: string;
  /** How likely it is as good as the accepted answer, 0 to 1. */
  quality: number;
  /** How much that is to be trusted, in (0, 1]; 1: certain. */
  weight: number;
  /** Ascending from lesson to lesson: what was learned once is not learned again. */
  place: number;
}
