import { UNKNOWN_USAGE } from '../protocols/chat-event.ts';
import type { Protocol } from '../protocols/chat-request.ts';
import type { Failure } from '../protocols/failure.ts';
import { isJsonObject, type JsonObject } from '../protocols/json.ts';
import type { ProviderAccess } from './context.ts';
import type { WholeReply } from './job.ts';

/**
 * Reads a whole reply with status 200. Errors that some servers send with that status, bodies that are no JSON and
 * bodies that `read` cannot make sense of (it throws GarbledReply) become failures.
 */
export function readJsonReply(
  bytes: Buffer,
  access: ProviderAccess,
  read: (body: JsonObject) => WholeReply,
): WholeReply {
  try {
    const body: unknown = JSON.parse(bytes.toString('utf8'));
    if (!isJsonObject(body)) return garbled(access);
    const failure = errorIn(body, access.kind);
    return failure === null ? read(body) : failed(failure);
  } catch (error) {
    if (error instanceof SyntaxError || (error instanceof Error && error.name === 'GarbledReply'))
      return garbled(access);
    throw error;
  }
}

function garbled({ name }: ProviderAccess): WholeReply {
  return failed({ code: 'upstream_garbled', message: `${name} sent an answer that is not what its protocol says.` });
}

function failed(failure: Failure): WholeReply {
  return { body: '', usage: UNKNOWN_USAGE, finishReason: null, failure };
}

/** `{"error": …}` beside no answer, in any of the three protocols. */
function errorIn(body: JsonObject, protocol: Protocol): Failure | null {
  const { error } = body;
  if (error === undefined || error === null) return null;
  if (protocol === 'openai' && ('choices' in body || 'output' in body)) return null;
  const message = typeof error === 'string' ? error : isJsonObject(error) ? error.message : undefined;
  return {
    code: 'upstream_error',
    message: typeof message === 'string' ? message : 'The upstream reported an error without words.',
  };
}
