import type { ChatRequest } from '../protocols/chat-request.ts';
import type { RequestRecord } from '../store/records.ts';
import type { Attempt } from './attempt.ts';
import type { ExchangeContext } from './context.ts';
import type { IncomingCall } from './incoming-call.ts';
import { isPrivate } from './is-private.ts';
import type { Keeping } from './job.ts';

/** A larger body is not kept, and its answer is not listened to. */
const MOST_CHARACTERS = 256 * 1024;

/** null: nothing of this request is kept, because of its privacy, its client's wish or its size. */
export function beginKeeping(
  context: ExchangeContext,
  { call, request, consent }: { call: IncomingCall; request: ChatRequest; consent: number },
): Keeping | null {
  const settings = context.settings();
  const { caller, text } = call;
  const staysHere = isPrivate(settings, caller, request.model);
  if (staysHere && !settings.privacy.keepPrompts.private) return null;
  if (caller.noStore === true || text.length > MOST_CHARACTERS) return null;
  return { consent, request, caller, characters: text.length, isPrivate: staysHere };
}

/** Hands over a request that went well, with the answer that its client got. */
export function endKeeping(
  context: ExchangeContext,
  ended: { keeping: Keeping; attempt: Attempt; record: RequestRecord; costNanoUsd: number | null },
): void {
  const { keeping, attempt, record, costNanoUsd } = ended;
  const { collected } = attempt;
  const answer = collected?.parts() ?? null;
  if (collected === null || answer === null || context.keeper === null) return;
  const { request, caller, consent } = keeping;
  context.keeper.take({
    requestId: record.id,
    consent,
    request,
    answer,
    finishReason: attempt.reply.finishReason,
    isPrivate: keeping.isPrivate || isPrivateNow(context, keeping),
    app: caller.name,
    kind: record.decision?.kind ?? null,
    endpoint: attempt.endpoint.id,
    track: attempt.endpoint.track,
    costNanoUsd,
    characters: keeping.characters + collected.characters,
  });
}

/** Settings and app may have become private since the request came. */
function isPrivateNow(context: ExchangeContext, { caller, request }: Keeping): boolean {
  const settings = context.settings();
  const app = settings.apps.find(({ id }) => id === caller.app?.id) ?? caller.app;
  return isPrivate(settings, { ...caller, app }, request.model);
}
