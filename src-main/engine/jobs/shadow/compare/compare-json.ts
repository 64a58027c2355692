import { isJsonObject, type JsonObject, type JsonValue } from '../../../protocols/json.ts';
import { isSameNumber, readNumbers } from './compare-numbers.ts';
import { normaliseText } from './normalise-text.ts';

/** How two values differ: not at all, only in words that may mean the same, or in fact. */
export type JsonDifference = 'none' | 'wording' | 'fact';

const DEEPEST = 60;
/** The larger of the two differences. */
const ORDER: readonly JsonDifference[] = ['none', 'wording', 'fact'];

/**
 * Symmetric. Keys in any order, numbers within rounding, strings by their words; a number in a string is a number. A list
 * is compared in its order. A key that one has and the other has not is a fact, unless its value is empty.
 */
export function differenceOf(one: JsonValue | undefined, other: JsonValue | undefined, depth = 0): JsonDifference {
  if (isBlank(one) && isBlank(other)) return 'none';
  if (one === undefined || other === undefined || one === null || other === null) return 'fact';
  if (depth > DEEPEST) return 'wording';
  if (Array.isArray(one)) return Array.isArray(other) ? differenceOfLists(one, other, depth) : 'fact';
  if (isJsonObject(one)) return isJsonObject(other) ? differenceOfObjects(one, other, depth) : 'fact';
  if (Array.isArray(other) || isJsonObject(other)) return 'fact';
  return differenceOfScalars(one, other);
}

function differenceOfLists(one: readonly JsonValue[], other: readonly JsonValue[], depth: number): JsonDifference {
  // A list of findings may be longer or shorter and as good.
  if (one.length !== other.length) return 'wording';
  return largest(one.map((value, at) => differenceOf(value, other[at], depth + 1)));
}

function differenceOfObjects(one: JsonObject, other: JsonObject, depth: number): JsonDifference {
  const keys = new Set([...Object.keys(one), ...Object.keys(other)]);
  return largest([...keys].map((key) => differenceOf(own(one, key), own(other, key), depth + 1)));
}

function differenceOfScalars(one: string | number | boolean, other: string | number | boolean): JsonDifference {
  if (one === other) return 'none';
  const [first, second] = [numberIn(one), numberIn(other)];
  if (first !== null && second !== null) return isSameNumber(first, second) ? 'none' : 'fact';
  if (typeof one !== 'string' || typeof other !== 'string') return 'fact';
  return normaliseText(one) === normaliseText(other) ? 'none' : 'wording';
}

/** null: it is not a number and nothing else. */
function numberIn(value: string | number | boolean): ReturnType<typeof readNumbers>[number] | null {
  if (typeof value === 'number') return { value, halfUnit: 0, unit: '' };
  if (typeof value === 'boolean' || !/^\s*[-+]?[$€£¥]?\d[\d,. _]*(?:[eE][-+]?\d+)?\s*\S{0,3}\s*$/u.test(value))
    return null;
  const numbers = readNumbers(value);
  return numbers.length === 1 ? (numbers[0] ?? null) : null;
}

function isBlank(value: JsonValue | undefined): boolean {
  return value === undefined || value === null || value === '' || (Array.isArray(value) && value.length === 0);
}

function own(value: JsonObject, key: string): JsonValue | undefined {
  return Object.hasOwn(value, key) ? value[key] : undefined;
}

function largest(differences: readonly JsonDifference[]): JsonDifference {
  return ORDER[Math.max(0, ...differences.map((difference) => ORDER.indexOf(difference)))] ?? 'none';
}

/** null: not JSON. A fence of backticks around it is taken off; whether that is allowed is checked elsewhere. */
export function parseJsonAnswer(text: string): { value: JsonValue } | null {
  const bare = /^\s*```(?:json)?\s*\n([\s\S]*?)\n?```\s*$/u.exec(text)?.[1] ?? text;
  try {
    return { value: JSON.parse(bare) as JsonValue };
  } catch {
    return null;
  }
}
