import { isJsonObject, type JsonObject, type JsonValue } from '../json.ts';

/** One call as it really is, whatever the server said about its index. */
export interface TrackedCall {
  /** 0, 1, 2… over the whole answer. */
  readonly index: number;
  id: string;
  name: string;
  /** The JSON text of the arguments so far. */
  argumentsText: string;
}

export interface TrackedDelta {
  call: TrackedCall;
  /** This delta is the first that names the call. */
  opened: boolean;
  /** The piece of arguments to send on: everything so far when the call has just been opened. */
  text: string;
}

/**
 * Tells the tool calls of one answer apart. Servers leave `index` out, send 0 for every call, make up a new id for every
 * chunk, repeat the name in each, or send arguments as an object: an index alone is not to be trusted.
 */
export class ToolCallTracker {
  readonly #calls: TrackedCall[] = [];
  readonly #byIndex = new Map<number, TrackedCall>();
  readonly #idPrefix: string;

  /** `idPrefix` makes ids for calls that came without one. */
  constructor(idPrefix: string) {
    this.#idPrefix = idPrefix;
  }

  get hasCalls(): boolean {
    return this.#calls.length > 0;
  }

  /** Reads one element of `delta.tool_calls`. */
  read(delta: JsonObject): TrackedDelta {
    const called = isJsonObject(delta.function) ? delta.function : {};
    const id = typeof delta.id === 'string' ? delta.id : '';
    const name = typeof called.name === 'string' ? called.name : '';
    const text = toText(called.arguments);
    const current = typeof delta.index === 'number' ? this.#byIndex.get(delta.index) : this.#calls.at(-1);
    const call = current === undefined || isAnother(current, id, name, text) ? this.#open(id) : current;
    if (typeof delta.index === 'number') this.#byIndex.set(delta.index, call);
    const opened = call.name === '' && name !== '';
    if (opened) call.name = name;
    call.argumentsText += text;
    return { call, opened, text: opened ? call.argumentsText : call.name === '' ? '' : text };
  }

  #open(id: string): TrackedCall {
    const index = this.#calls.length;
    const call = { index, id: id === '' ? `call_${this.#idPrefix}_${index}` : id, name: '', argumentsText: '' };
    this.#calls.push(call);
    return call;
  }
}

/**
 * True when a delta for `current` belongs to a new call. Only a delta with a name can open one. The same name again
 * means a new call when the arguments so far are complete, or when the id is new and no arguments have begun.
 */
function isAnother(current: TrackedCall, id: string, name: string, text: string): boolean {
  if (name === '' || current.name === '') return false;
  if (name !== current.name) return true;
  if (id === current.id) return false;
  const isNewId = id !== '';
  if (current.argumentsText === '') return isNewId;
  return (isNewId || text !== '') && isCompleteJson(current.argumentsText);
}

function toText(value: JsonValue | undefined): string {
  if (typeof value === 'string') return value;
  return value === undefined || value === null ? '' : JSON.stringify(value);
}

function isCompleteJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
