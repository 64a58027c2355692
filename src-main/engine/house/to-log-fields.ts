import { REDACTED, SECRET_NAMES } from '../observe/secret-names.ts';

const SECRETS: ReadonlySet<string> = new Set(SECRET_NAMES);
const LONGEST_TEXT = 2_000;
const MOST_ITEMS = 50;
const DEEPEST = 4;

/** Fields of a log line as plain JSON: without secrets, of bounded size, errors as type, message and code. */
export function toLogFields(fields: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return toPlainObject(fields, 0);
}

function toPlainObject(object: object, depth: number): Record<string, unknown> {
  const plain: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(object).slice(0, MOST_ITEMS)) {
    plain[name] = SECRETS.has(name) ? REDACTED : toPlain(value, depth + 1);
  }
  return plain;
}

function toPlain(value: unknown, depth: number): unknown {
  if (value === null || value === undefined || typeof value === 'boolean') return value ?? null;
  if (typeof value === 'number') return Number.isFinite(value) ? value : null;
  if (typeof value === 'string') return value.length > LONGEST_TEXT ? `${value.slice(0, LONGEST_TEXT)}…` : value;
  if (typeof value !== 'object') return typeof value === 'bigint' ? String(value) : `(${typeof value})`;
  if (value instanceof Error) return toPlainError(value, depth);
  if (depth >= DEEPEST) return '(more)';
  if (Array.isArray(value)) return value.slice(0, MOST_ITEMS).map((item) => toPlain(item, depth + 1));
  return toPlainObject(value, depth);
}

function toPlainError(error: Error, depth: number): Record<string, unknown> {
  const code = 'code' in error ? { code: toPlain(error.code, depth) } : {};
  return { type: error.name, message: toPlain(error.message, depth), ...code };
}
