import { isJsonObject, type JsonValue } from '../json.ts';

/**
 * Gives every tool call of a conversation an id and every tool result its call. Ollama's clients may leave ids out:
 * a call without one is named by its position, a result without one belongs to the first unanswered call of its tool,
 * or else to the first unanswered call.
 */
export class ToolCallIds {
  readonly #taken: Set<string>;
  readonly #calls: { id: string; name: string; answered: boolean }[] = [];
  #position = 0;

  /** `messages` as the client sent them: ids that it gave are never minted again. */
  constructor(messages: readonly JsonValue[]) {
    this.#taken = new Set(messages.flatMap(givenIds));
  }

  /** The id of the next call. */
  addCall(name: string, given: string | undefined): string {
    const id = given === undefined || given === '' ? this.#mint() : given;
    this.#calls.push({ id, name, answered: false });
    return id;
  }

  /** The call that a result answers, and the tool's name when it is known. */
  findCall(given: string | undefined, toolName: string | undefined): { callId: string; name?: string } {
    const open = this.#calls.filter((call) => !call.answered);
    const call =
      given === undefined || given === ''
        ? (open.find((each) => each.name === toolName) ?? open[0])
        : (open.find((each) => each.id === given) ?? this.#calls.find((each) => each.id === given));
    if (call !== undefined) call.answered = true;
    const callId = given === undefined || given === '' ? (call?.id ?? this.#mint()) : given;
    const name = toolName ?? call?.name;
    return name === undefined ? { callId } : { callId, name };
  }

  #mint(): string {
    let id: string;
    do id = `call_${this.#position++}`;
    while (this.#taken.has(id));
    return id;
  }
}

function givenIds(message: JsonValue): string[] {
  if (!isJsonObject(message)) return [];
  const calls = Array.isArray(message.tool_calls) ? message.tool_calls : [];
  const ids = calls.map((call) => (isJsonObject(call) ? call.id : undefined));
  return [...ids, message.tool_call_id].filter((id) => typeof id === 'string');
}
