import { parseMessagesRequest } from '../../src-main/engine/protocols/anthropic/parse-request.ts';
import type { ChatRequest } from '../../src-main/engine/protocols/chat-request.ts';
import type { JsonObject } from '../../src-main/engine/protocols/json.ts';
import { parseChatRequest } from '../../src-main/engine/protocols/openai/parse-chat-request.ts';
import type { SessionScript } from './session-script.ts';
import type { Turn } from './tool-work.ts';

/** The history of one session in the agent's own protocol, sent whole with every request. */
export interface History {
  /** An answer, and what came of it. `signer`: who signed the model's thinking; null: nobody. */
  add(turn: Turn, signer: string | null): void;
  request(): { request: ChatRequest; promptTokens: number };
}

const CHARACTERS_PER_TOKEN = 4;
/** Agents come with some thousand tokens of instructions. */
const SYSTEM = 'You are a coding agent. Work step by step, call one tool at a time, and run the tests. '.repeat(140);
const TOOLS = ['grep', 'read_file', 'edit_file', 'run_command'];
const PARAMETERS: JsonObject = {
  type: 'object',
  properties: { path: { type: 'string' }, command: { type: 'string' } },
};

export function openHistory(session: SessionScript): History {
  return session.surface === 'openai' ? openAiHistory(session) : anthropicHistory(session);
}

/** A title for the session, as agents ask for in between: another system prompt, no tools, nothing of the history. */
export function titleRequest(session: SessionScript): { request: ChatRequest; promptTokens: number } {
  const messages = [
    { role: 'system', content: 'Write a title of at most six words for the conversation that begins like this.' },
    { role: 'user', content: session.task },
  ];
  return measured({ model: 'pointsman/auto', messages, stream: true, max_tokens: 32 }, parseChatRequest);
}

/** Like codex and opencode. */
function openAiHistory(session: SessionScript): History {
  const messages: JsonObject[] = [
    { role: 'system', content: SYSTEM },
    { role: 'user', content: session.task },
  ];
  const tools = TOOLS.map((name) => ({ type: 'function', function: { name, parameters: PARAMETERS } }));
  return {
    add({ text, call, result }) {
      if (call === null) {
        messages.push({ role: 'assistant', content: text }, { role: 'user', content: result });
        return;
      }
      const id = `call_${session.number}_${messages.length}`;
      const called = { id, type: 'function', function: { name: call.name, arguments: JSON.stringify(call.input) } };
      messages.push({ role: 'assistant', content: text, tool_calls: [called] });
      messages.push({ role: 'tool', tool_call_id: id, content: result });
    },
    request: () => measured({ model: 'pointsman/auto', messages, tools, stream: true }, parseChatRequest),
  };
}

/** Like Claude Code: thinking blocks with signatures, errors said as such, the session's id in the user's. */
function anthropicHistory(session: SessionScript): History {
  const messages: JsonObject[] = [{ role: 'user', content: session.task }];
  const tools = TOOLS.map((name) => ({ name, input_schema: PARAMETERS }));
  const metadata = { user_id: `user_0_account__session_agent-${session.number}` };
  const fixed = { model: 'pointsman/auto', max_tokens: 8_192, stream: true, system: SYSTEM, tools, metadata };
  return {
    add({ text, call, result, failed }, signer) {
      const number = messages.length;
      const thinking = {
        type: 'thinking',
        thinking: 'What is next?',
        signature: signer === null ? '' : `${signer}-${number}`,
      };
      const said = { type: 'text', text };
      if (call === null) {
        messages.push({ role: 'assistant', content: [thinking, said] }, { role: 'user', content: result });
        return;
      }
      const id = `toolu_${session.number}_${number}`;
      messages.push({ role: 'assistant', content: [thinking, said, { type: 'tool_use', id, ...call }] });
      messages.push({
        role: 'user',
        content: [{ type: 'tool_result', tool_use_id: id, content: result, is_error: failed }],
      });
    },
    request: () => measured({ ...fixed, messages }, parseMessagesRequest),
  };
}

function measured(body: JsonObject, parse: (body: JsonObject) => ChatRequest) {
  return { request: parse(body), promptTokens: Math.ceil(JSON.stringify(body).length / CHARACTERS_PER_TOKEN) };
}
