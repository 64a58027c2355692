import type { ChatPart, ChatRequest } from '../../protocols/chat-request.ts';
import { isJsonObject, type JsonValue } from '../../protocols/json.ts';
import { LONGEST_FIND } from './find-sensitive.ts';

/** So much is looked at in one go: well under a millisecond. */
const PIECE = 8_192;

/** Everything readable in a request and its answer, in pieces of a bounded length that overlap where a text was cut. */
export function* textsOf(request: ChatRequest, answer: readonly ChatPart[]): Generator<string> {
  let piece = '';
  for (const text of everyText(request, answer)) {
    if (piece.length + text.length < PIECE) {
      piece += `\n${text}`;
      continue;
    }
    if (piece !== '') yield piece;
    piece = '';
    for (let from = 0; from < text.length; from += PIECE - LONGEST_FIND) yield text.slice(from, from + PIECE);
  }
  if (piece !== '') yield piece;
}

function* everyText(request: ChatRequest, answer: readonly ChatPart[]): Generator<string> {
  for (const { parts } of request.messages) for (const part of parts) yield* textsIn(part);
  for (const part of answer) yield* textsIn(part);
  for (const { name, description = '', parameters = {} } of request.tools ?? []) {
    yield `${name} ${description}`;
    yield* stringsIn(parameters);
  }
  yield* [request.suffix ?? '', request.user ?? '', ...(request.stop ?? [])];
  if (request.output?.type === 'json_schema') yield* stringsIn(request.output.schema);
  if (request.extra !== undefined) yield* stringsIn(request.extra.fields);
}

function* textsIn(part: ChatPart): Generator<string> {
  switch (part.type) {
    case 'text':
    case 'thinking':
      yield part.text;
      return;
    case 'tool_call':
      yield* stringsIn(part.arguments);
      return;
    case 'tool_result':
      for (const each of part.content) yield* textsIn(each);
      return;
    case 'image':
      if (part.source.kind === 'url') yield part.source.url;
      return;
    case 'redacted_thinking':
      return;
    case 'opaque':
      yield* stringsIn(part.value);
  }
}

/** With the name before each value: what a password is, its name tells. Numbers too: a card may be one. */
function* stringsIn(value: JsonValue | undefined, name = ''): Generator<string> {
  if (typeof value === 'string' || typeof value === 'number') yield `${name}: ${value}`;
  else if (Array.isArray(value)) for (const each of value) yield* stringsIn(each, name);
  else if (isJsonObject(value)) for (const key in value) yield* stringsIn(value[key], key);
}
