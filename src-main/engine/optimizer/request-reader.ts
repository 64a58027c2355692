import { readPrompt, type PromptFeatures } from '../learning/prompt-features.ts';
import type { ChatRequest } from '../protocols/chat-request.ts';
import { continuesConversation, conversationKey } from '../routing/conversation-key.ts';
import type { ConversationState } from '../routing/conversation.ts';
import type { Decision } from '../routing/decision.ts';
import { holdsSignedThinking } from '../routing/open-turn.ts';
import { readProfile } from '../routing/read-profile.ts';
import type { RequestNeeds } from '../routing/request-needs.ts';
import type { RequestProfile } from '../routing/request-profile.ts';
import { findStuckSign } from '../routing/stuck-signs.ts';
import { ConversationMemory, toConversationState } from './conversation-memory.ts';
import type { OpenRequest } from './open-request.ts';
import { NO_PROFILE } from './plain-input.ts';
import { hashText, readQuery } from './read-query.ts';
import type { CallReport, OptimizerQuery, RequestContext, RequestResult } from './request-report.ts';
import type { Surroundings } from './surroundings.ts';

/** A request as the decision needs it, read once. */
export interface ReadRequest {
  profile: RequestProfile;
  features: PromptFeatures;
  needs: RequestNeeds;
  conversationKey: string | null;
  conversation: ConversationState | null;
  checkable: boolean;
}

/** Reads requests, and remembers which conversation went where. */
export class RequestReader {
  readonly conversations = new ConversationMemory();
  readonly #around: Surroundings;

  constructor(around: Surroundings) {
    this.#around = around;
  }

  read(query: OptimizerQuery, context: RequestContext): ReadRequest {
    const { request, needs } = readQuery(query, context.needs);
    const profile = readProfile(request, needs.promptTokens);
    if (needs.mostPromptTokens !== undefined) profile.mostPromptTokens = needs.mostPromptTokens;
    const key = conversationKey(request, { app: context.app ?? null, session: context.session ?? NO_SESSION });
    return {
      profile,
      features: readPrompt(profile.text),
      needs,
      conversationKey: key,
      conversation: this.#conversation(key, request, context.session ?? NO_SESSION),
      checkable: isCheckable(request),
    };
  }

  /** The least that a decision needs, for a request that could not be read: it belongs to no conversation. */
  readPlainly(query: OptimizerQuery, context: RequestContext): ReadRequest {
    const needs = context.needs ?? ANY_TEXT;
    const maxOutputTokens = typeof query === 'string' ? null : (query.maxOutputTokens ?? null);
    return {
      profile: { ...NO_PROFILE, ...tokensOf(needs), maxOutputTokens },
      features: readPrompt(''),
      needs,
      conversationKey: null,
      conversation: null,
      checkable: false,
    };
  }

  /** The handle of a request that will be made. */
  open(read: ReadRequest, context: RequestContext, decision: Decision): OpenRequest {
    const { profile, features, conversation } = read;
    return {
      id: context.requestId ?? '',
      profile: { ...profile, text: '' },
      features,
      textHash: hashText(profile.text),
      conversationKey: read.conversationKey,
      isContinued: conversation !== null,
      cached: conversation === null ? null : { endpointId: conversation.endpointId, tokens: conversation.cachedTokens },
      app: context.app ?? null,
      decision,
      startedMs: this.#around.clock.monotonicMs(),
      failedBefore: decision.escalated && conversation?.escalated === false ? conversation.endpointId : null,
      answeredBy: null,
      isOver: false,
    };
  }

  /** The conversation goes on where it was answered. */
  noteEnd(request: OpenRequest, result: RequestResult): void {
    const { conversationKey: key, decision } = request;
    const { answeredBy } = result;
    if (key === null || answeredBy === null) return;
    const answer = result.calls.find(({ endpoint, outcome }) => endpoint.id === answeredBy && outcome === 'ok');
    const readTokens = isCached(answer, request.isContinued)
      ? (answer?.inputTokens ?? request.profile.promptTokens) + (answer?.outputTokens ?? 0)
      : 0;
    const nowMs = this.#around.clock.monotonicMs();
    const escalated = decision?.escalated === true;
    const stuckWith = request.failedBefore;
    this.conversations.note(key, { endpointId: answeredBy, readTokens, escalated, stuckWith, nowMs });
  }

  #conversation(
    key: string | null,
    request: ChatRequest,
    session: Readonly<Record<string, string>>,
  ): ConversationState | null {
    if (key === null || !continuesConversation(request, session)) return null;
    const nowMs = this.#around.clock.monotonicMs();
    const remembered = this.conversations.recall(key, nowMs);
    if (remembered === null) return null;
    const { messages } = request;
    return toConversationState(remembered, {
      stuck: findStuckSign(messages),
      signed: holdsSignedThinking(messages),
      nowMs,
    });
  }
}

/** Local models keep what they read. In the cloud the second answer tells whether a cache was read; until then it is hoped. */
function isCached(answer: CallReport | undefined, isContinued: boolean): boolean {
  return answer?.endpoint.track === 'local' || !isContinued || (answer?.cachedInputTokens ?? 0) > 0;
}

function tokensOf({ capabilities: _, ...tokens }: RequestNeeds): Omit<RequestNeeds, 'capabilities'> {
  return tokens;
}

const ANY_TEXT: RequestNeeds = { capabilities: ['text'], promptTokens: 0 };
const NO_SESSION: Readonly<Record<string, string>> = {};

/** One answer, of a kind whose faults can be seen: several alternatives or log-probabilities are for their client alone. */
function isCheckable(request: ChatRequest): boolean {
  return request.choices === undefined && request.logprobs === undefined;
}
