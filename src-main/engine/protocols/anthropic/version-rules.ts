import { InvalidRequest } from '../failure.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../json.ts';

/** The first API version with rules of its own; versions are dates, so that they compare as text. */
const RULES_SINCE = '2026-10-21';

/**
 * What the API of 2026-10-21 and later refuses although older versions took it: sampling parameters (even at their
 * defaults), documents in assistant messages, citations on user text. null: nothing to complain about, or an older
 * version. (platform.claude.com/docs/en/api/migration-2026-10-21)
 */
export function checkVersionRules(body: JsonObject, version: string): InvalidRequest | null {
  if (version < RULES_SINCE) return null;
  return checkSampling(body) ?? checkMessages(body.messages);
}

function checkSampling(body: JsonObject): InvalidRequest | null {
  for (const name of ['temperature', 'top_p', 'top_k']) {
    if ((body[name] ?? null) === null) continue;
    return new InvalidRequest(`${name} is not accepted since API version ${RULES_SINCE}. Leave it out.`, name);
  }
  return null;
}

function checkMessages(messages: JsonValue | undefined): InvalidRequest | null {
  if (!Array.isArray(messages)) return null;
  for (const [index, message] of messages.entries()) {
    if (!isJsonObject(message) || !Array.isArray(message.content)) continue;
    for (const [at, block] of message.content.entries()) {
      const complaint = isJsonObject(block) ? complaintAbout(block, message.role) : null;
      if (complaint !== null) return new InvalidRequest(complaint, `messages[${index}].content[${at}]`);
    }
  }
  return null;
}

function complaintAbout(block: JsonObject, role: JsonValue | undefined): string | null {
  if (role === 'assistant' && block.type === 'document') {
    return `A document cannot stand in an assistant message since API version ${RULES_SINCE}.`;
  }
  if (role === 'user' && block.type === 'text' && Array.isArray(block.citations) && block.citations.length > 0) {
    return `citations cannot stand on user text since API version ${RULES_SINCE}.`;
  }
  return null;
}
