import { InvalidRequest } from './failure.ts';
import { isJsonObject, type JsonObject, type JsonValue } from './json.ts';

/**
 * Reads the fields of an untrusted JSON object with exact complaints: every error names the path, what was expected and
 * what came. `null` counts as absent, as all three protocols treat it. Fields nobody asked for are left in `rest()`.
 */
export class Fields {
  readonly #object: JsonObject;
  readonly #path: string;
  /** Names that were asked for and stood there. */
  readonly #read: string[] = [];

  constructor(object: JsonObject, path = '') {
    this.#object = object;
    this.#path = path;
  }

  /** Wraps `value` or complains that it is no object. */
  static of(value: JsonValue | undefined, path: string): Fields {
    if (!isJsonObject(value)) throw mismatch(path, 'an object', value);
    return new Fields(value, path);
  }

  path(name: string): string {
    return this.#path === '' ? name : `${this.#path}.${name}`;
  }

  /** The raw value, marked as read. */
  take(name: string): JsonValue | undefined {
    const value = this.#object[name] ?? undefined;
    if (value !== undefined) this.#read.push(name);
    return value;
  }

  /** True when any of these stands there. */
  hasAny(...names: readonly string[]): boolean {
    return names.some((name) => (this.#object[name] ?? undefined) !== undefined);
  }

  string(name: string): string | undefined {
    const value = this.take(name);
    if (value === undefined || typeof value === 'string') return value;
    throw mismatch(this.path(name), 'a string', value);
  }

  requiredString(name: string): string {
    return this.string(name) ?? missing(this.path(name), 'a string');
  }

  boolean(name: string): boolean | undefined {
    const value = this.take(name);
    if (value === undefined || typeof value === 'boolean') return value;
    throw mismatch(this.path(name), 'true or false', value);
  }

  number(name: string): number | undefined {
    const value = this.take(name);
    if (value === undefined || typeof value === 'number') return value;
    throw mismatch(this.path(name), 'a number', value);
  }

  integer(name: string): number | undefined {
    const value = this.number(name);
    if (value === undefined || Number.isInteger(value)) return value;
    throw mismatch(this.path(name), 'a whole number', value);
  }

  object(name: string): JsonObject | undefined {
    const value = this.take(name);
    if (value === undefined || isJsonObject(value)) return value;
    throw mismatch(this.path(name), 'an object', value);
  }

  array(name: string): JsonValue[] | undefined {
    const value = this.take(name);
    if (value === undefined || Array.isArray(value)) return value;
    throw mismatch(this.path(name), 'an array', value);
  }

  requiredArray(name: string): JsonValue[] {
    return this.array(name) ?? missing(this.path(name), 'an array');
  }

  /** A string or an array of strings, as an array; absent and empty both give undefined. */
  strings(name: string): string[] | undefined {
    const value = this.take(name);
    if (value === undefined) return undefined;
    const list = typeof value === 'string' ? [value] : value;
    if (!Array.isArray(list) || !list.every((item) => typeof item === 'string')) {
      throw mismatch(this.path(name), 'a string or an array of strings', value);
    }
    return list.length === 0 ? undefined : list;
  }

  /** One of the given words. */
  oneOf<Word extends string>(name: string, words: readonly Word[]): Word | undefined {
    const value = this.string(name);
    if (value === undefined) return undefined;
    const word = words.find((candidate) => candidate === value);
    if (word !== undefined) return word;
    throw mismatch(this.path(name), `one of ${words.map((each) => `"${each}"`).join(', ')}`, value);
  }

  /** Calls `read` with each element's fields and its path; elements must be objects. */
  each<Item>(name: string, read: (fields: Fields, path: string) => Item): Item[] | undefined {
    return this.array(name)?.map((item, index) => {
      const path = `${this.path(name)}[${index}]`;
      return read(Fields.of(item, path), path);
    });
  }

  /** The fields nobody read, null ones left out; undefined when there are none. */
  rest(): JsonObject | undefined {
    let rest: JsonObject | undefined;
    for (const name in this.#object) {
      const value = this.#object[name];
      if (value === null || value === undefined || this.#read.includes(name)) continue;
      rest ??= {};
      rest[name] = value;
    }
    return rest;
  }
}

/** The complaint that `path` holds something else than what was expected. */
export function mismatch(path: string, expected: string, value: JsonValue | undefined): InvalidRequest {
  if (value === undefined) return missing(path, expected, false);
  return new InvalidRequest(`${path} must be ${expected}, but it is ${describe(value)}.`, path);
}

function missing(path: string, expected: string): never;
function missing(path: string, expected: string, thrown: false): InvalidRequest;
function missing(path: string, expected: string, thrown = true): InvalidRequest {
  const complaint = new InvalidRequest(`${path} is missing: it must be ${expected}.`, path);
  if (thrown) throw complaint;
  return complaint;
}

function describe(value: JsonValue): string {
  if (Array.isArray(value)) return 'an array';
  if (value === null) return 'null';
  if (typeof value === 'object') return 'an object';
  if (typeof value === 'string')
    return value.length > 40 ? `a string of ${value.length} characters` : JSON.stringify(value);
  return String(value);
}
