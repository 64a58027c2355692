import { isJsonObject, type JsonObject, type JsonValue } from '../../src-main/engine/protocols/json.ts';
import type { AnswerToolCall } from '../support/upstreams/answer.ts';
import { answer } from '../support/upstreams/answer-script.ts';
import type { Script } from '../support/upstreams/script.ts';

/** Printed by the command that the scripted model asks for: only an agent that ran it can send it back. */
export const PROOF = 'proof-6-times-7-is-42';
/** Runs anywhere that has a POSIX shell; the proof itself does not stand in it. */
export const COMMAND = 'echo proof-6-times-7-is-$((6*7))';
/** What the scripted model says in the end. */
export const FAREWELL = 'The scripted model has seen the proof.';

interface ToolTurn {
  /** How the agent's tools take a shell command, by the tool's name. */
  tools: Readonly<Record<string, (command: string) => JsonObject>>;
}

/**
 * A model that first calls the shell and, when it is shown what the command printed, says farewell. It goes by what
 * stands in the request, not by a count: agents ask for titles and summaries in between.
 */
export function toolTurn({ tools }: ToolTurn): Script {
  return (asked) => {
    const { body, rawBody } = asked.request;
    const text = rawBody.toString('utf8');
    const name = toolNames(body.tools).find((each) => tools[each] !== undefined);
    if (text.includes(PROOF) || name === undefined) return answer({ text: [FAREWELL] })(asked);
    if (text.includes('call_proof')) return answer({ text: ['The tool’s output did not come back.'] })(asked);
    const call: AnswerToolCall = { id: 'call_proof', name, arguments: tools[name]?.(COMMAND) ?? {} };
    return answer({ toolCalls: [call] })(asked);
  };
}

/** Each protocol names them at its own place. */
function toolNames(tools: JsonValue | undefined): string[] {
  if (!Array.isArray(tools)) return [];
  return tools.flatMap((tool) => {
    if (!isJsonObject(tool)) return [];
    const name = isJsonObject(tool.function) ? tool.function.name : tool.name;
    return typeof name === 'string' ? [name] : [];
  });
}
