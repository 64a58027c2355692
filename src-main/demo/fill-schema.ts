import { isJsonObject, type JsonObject, type JsonValue } from '../engine/protocols/json.ts';

/** What a simulated model has to put into the fields of a schema. */
export interface SchemaHints {
  /** For numbers. */
  number: number;
  /** For strings in fields named `answer`, `result` or `reply`. */
  answer: string;
  /** For all other strings. */
  subject: string;
}

/** Deeper than this, schemas that contain themselves get null. */
const MAX_DEPTH = 8;

/**
 * A value of the shape that a JSON Schema describes: types, properties, items, enum, const, anyOf, oneOf, allOf's first,
 * local `$ref`, minItems and bounds of numbers. Patterns, formats and lengths are beyond a simulated model.
 */
export function fillSchema(schema: JsonObject, hints: SchemaHints): JsonValue {
  return fill({ schema, root: schema, name: '', depth: 0, hints });
}

interface Place {
  schema: JsonObject;
  root: JsonObject;
  /** Name of the property that is filled. */
  name: string;
  depth: number;
  hints: SchemaHints;
}

function fill(place: Place): JsonValue {
  const { schema } = place;
  if (place.depth > MAX_DEPTH) return null;
  if (schema.const !== undefined) return schema.const;
  if (Array.isArray(schema.enum)) return schema.enum[0] ?? null;
  const other = referenced(place) ?? firstOf(schema.anyOf) ?? firstOf(schema.oneOf) ?? firstOf(schema.allOf);
  if (other !== null) return fill({ ...place, schema: other, depth: place.depth + 1 });
  return FILLERS[typeOf(schema)]?.(place) ?? null;
}

const FILLERS: Readonly<Record<string, (place: Place) => JsonValue>> = {
  object: fillObject,
  array: fillArray,
  string: ({ name, hints }) => (/^(?:answer|result|reply)$/iu.test(name) ? hints.answer : hints.subject),
  number: fillNumber,
  integer: (place) => Math.round(fillNumber(place)),
  boolean: () => true,
};

function typeOf(schema: JsonObject): string {
  const type = Array.isArray(schema.type) ? schema.type.find((each) => each !== 'null') : schema.type;
  if (typeof type === 'string') return type;
  return isJsonObject(schema.properties) ? 'object' : 'string';
}

function fillObject(place: Place): JsonObject {
  const properties = isJsonObject(place.schema.properties) ? place.schema.properties : {};
  const filled: JsonObject = {};
  for (const [name, schema] of Object.entries(properties)) {
    if (isJsonObject(schema)) filled[name] = fill({ ...place, schema, name, depth: place.depth + 1 });
  }
  return filled;
}

function fillArray(place: Place): JsonValue[] {
  const { items, minItems } = place.schema;
  const count = typeof minItems === 'number' ? Math.max(1, minItems) : 1;
  const schema = isJsonObject(items) ? items : { type: 'string' };
  return Array.from({ length: count }, () => fill({ ...place, schema, depth: place.depth + 1 }));
}

function fillNumber({ schema, hints }: Place): number {
  const lowest = typeof schema.minimum === 'number' ? schema.minimum : -Infinity;
  const highest = typeof schema.maximum === 'number' ? schema.maximum : Infinity;
  return Math.min(highest, Math.max(lowest, hints.number));
}

function referenced({ schema, root }: Place): JsonObject | null {
  if (typeof schema.$ref !== 'string' || !/^#(?:\/|$)/u.test(schema.$ref)) return null;
  let target: JsonValue | undefined = root;
  for (const step of schema.$ref.split('/').slice(1)) target = isJsonObject(target) ? target[step] : undefined;
  return isJsonObject(target) ? target : null;
}

function firstOf(value: JsonValue | undefined): JsonObject | null {
  const first = Array.isArray(value) ? value[0] : undefined;
  return isJsonObject(first) ? first : null;
}
