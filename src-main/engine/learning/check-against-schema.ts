import { isJsonObject, type JsonObject, type JsonValue } from '../protocols/json.ts';

/** Deeper than this nothing is looked at: neither a client's schema nor an answer may exhaust the stack. */
const DEEPEST = 100;

/**
 * Whether a value fits a JSON Schema: the first problem in words ("$.items[2].age is not an integer"), or null. Knows `type`,
 * `enum`, `required`, `properties`, `items` and `additionalProperties`; all other keywords are ignored, so that what it
 * refuses is wrong under the full schema too. Time is linear in the size of the value.
 */
export function checkAgainstSchema(value: JsonValue, schema: JsonValue): string | null {
  return check(value, schema, { path: '$', depth: 0 });
}

interface Place {
  path: string;
  depth: number;
}

function check(value: JsonValue, schema: JsonValue | undefined, place: Place): string | null {
  if (schema === false) return `${place.path} should not be there`;
  if (!isJsonObject(schema) || place.depth > DEEPEST) return null;
  return (
    checkType(value, schema, place) ??
    checkEnum(value, schema, place) ??
    (Array.isArray(value) ? checkItems(value, schema, place) : null) ??
    (isJsonObject(value) ? checkProperties(value, schema, place) : null)
  );
}

const TYPES: Readonly<Record<string, { is: (value: JsonValue) => boolean; words: string }>> = {
  string: { is: (value) => typeof value === 'string', words: 'a string' },
  number: { is: (value) => Number.isFinite(value), words: 'a number' },
  integer: { is: (value) => Number.isInteger(value), words: 'an integer' },
  boolean: { is: (value) => typeof value === 'boolean', words: 'a boolean' },
  null: { is: (value) => value === null, words: 'null' },
  array: { is: (value) => Array.isArray(value), words: 'an array' },
  object: { is: (value) => isJsonObject(value), words: 'an object' },
};

function checkType(value: JsonValue, schema: JsonObject, { path }: Place): string | null {
  const { type } = schema;
  // OpenAPI 3.0's way to allow null.
  if (value === null && schema.nullable === true) return null;
  const names = (Array.isArray(type) ? type : [type]).filter((name) => typeof name === 'string');
  const types = names.map((name) => (Object.hasOwn(TYPES, name) ? TYPES[name] : undefined));
  // An unknown type name is like an unknown keyword.
  if (types.length === 0 || types.some((each) => each === undefined || each.is(value))) return null;
  return `${path} is not ${types.map((each) => each?.words).join(' or ')}`;
}

function checkEnum(value: JsonValue, schema: JsonObject, { path }: Place): string | null {
  if (!Array.isArray(schema.enum) || schema.enum.some((allowed) => equal(value, allowed, 0))) return null;
  return `${path} is not one of the allowed values`;
}

function checkItems(value: readonly JsonValue[], schema: JsonObject, { path, depth }: Place): string | null {
  // A list of schemas is a tuple in the older drafts; beside `prefixItems` the rule is for what comes after those.
  if (schema.items === undefined || Array.isArray(schema.items)) return null;
  const first = Array.isArray(schema.prefixItems) ? schema.prefixItems.length : 0;
  for (const [index, item] of value.entries()) {
    if (index < first) continue;
    const problem = check(item, schema.items, { path: `${path}[${index}]`, depth: depth + 1 });
    if (problem !== null) return problem;
  }
  return null;
}

function checkProperties(value: JsonObject, schema: JsonObject, place: Place): string | null {
  if (Array.isArray(schema.required)) {
    for (const key of schema.required) {
      if (typeof key === 'string' && !Object.hasOwn(value, key)) return `${at(place, key).path} is missing`;
    }
  }
  const properties = isJsonObject(schema.properties) ? schema.properties : {};
  // Patterns are not looked at, so what they may allow must not be refused.
  const rest = schema.patternProperties === undefined ? schema.additionalProperties : undefined;
  for (const [key, child] of Object.entries(value)) {
    if (child === undefined) continue;
    const problem = check(child, Object.hasOwn(properties, key) ? properties[key] : rest, at(place, key));
    if (problem !== null) return problem;
  }
  return null;
}

function at({ path, depth }: Place, key: string): Place {
  return {
    path: /^[\p{L}_$][\p{L}\p{N}_$]*$/u.test(key) ? `${path}.${key}` : `${path}[${JSON.stringify(key)}]`,
    depth: depth + 1,
  };
}

function equal(one: JsonValue | undefined, other: JsonValue | undefined, depth: number): boolean {
  if (one === other || depth > DEEPEST) return true;
  if (Array.isArray(one)) {
    if (!Array.isArray(other) || one.length !== other.length) return false;
    return one.every((item, index) => equal(item, other[index], depth + 1));
  }
  if (!isJsonObject(one) || !isJsonObject(other)) return false;
  const keys = Object.keys(one);
  if (keys.length !== Object.keys(other).length) return false;
  return keys.every((key) => Object.hasOwn(other, key) && equal(one[key], other[key], depth + 1));
}
