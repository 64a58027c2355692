import { z } from 'zod';
import { findSetting } from '../../../src-shared/setting-paths.ts';
import type { SettingPath } from '../../strings/setting-words.ts';

/** What a setting is changed with. Where `isNullable`, an empty field means null. */
export type FieldKind =
  | { type: 'switch' }
  /** `value` is what is stored, `key` names it among the options' words. */
  | { type: 'choice'; options: readonly { key: string; value: unknown }[] }
  | { type: 'number'; min: number | null; max: number | null; isInt: boolean; isNullable: boolean }
  | { type: 'autoNumber'; min: number | null }
  | { type: 'text'; isNullable: boolean }
  | { type: 'list' }
  /** Several of these. */
  | { type: 'choices'; options: readonly string[] }
  /** Texts that are there together or not at all. */
  | { type: 'texts'; names: readonly string[] }
  | { type: 'rows'; of: 'names' | 'budgets' | 'prices' };

/** The control that the schema asks for. Throws for a kind of setting that has none yet. */
export function fieldKindOf(path: SettingPath): FieldKind {
  const schema = findSetting(path);
  if (schema === null) throw new Error(`There is no setting "${path}".`);
  const { inner, isNullable } = unwrap(schema);
  if (inner instanceof z.ZodBoolean) {
    return isNullable ? { type: 'choice', options: [true, false, null].map(toOption) } : { type: 'switch' };
  }
  if (inner instanceof z.ZodEnum) return { type: 'choice', options: inner.options.map(toOption) };
  if (inner instanceof z.ZodNumber) return { type: 'number', ...limitsOf(inner), isNullable };
  if (inner instanceof z.ZodUnion) return { type: 'autoNumber', min: 1 };
  if (inner instanceof z.ZodRecord) return { type: 'rows', of: holdsObjects(inner.valueType) ? 'budgets' : 'names' };
  if (inner instanceof z.ZodArray) return kindOfList(inner.element);
  if (inner instanceof z.ZodObject && isNullable) return { type: 'texts', names: Object.keys(inner.shape) };
  if (inner.type === 'string') return { type: 'text', isNullable };
  throw new Error(`There is no control for "${path}" yet: it is a ${inner.type}.`);
}

function kindOfList(element: unknown): FieldKind {
  if (element instanceof z.ZodEnum) return { type: 'choices', options: element.options.map(String) };
  return holdsObjects(element) ? { type: 'rows', of: 'prices' } : { type: 'list' };
}

function toOption(value: string | number | boolean | null): { key: string; value: unknown } {
  return { key: String(value), value };
}

/** Limits that only say that a number is safe are no limits. */
function limitsOf({ minValue, maxValue, format }: z.ZodNumber) {
  const real = (limit: number | null) => (limit === null || Math.abs(limit) >= Number.MAX_SAFE_INTEGER ? null : limit);
  return { min: real(minValue), max: real(maxValue), isInt: format?.includes('int') === true };
}

function holdsObjects(schema: unknown): boolean {
  return schema instanceof z.ZodType && unwrap(schema).inner instanceof z.ZodObject;
}

/** Without what says how a field is left out. */
function unwrap(schema: z.ZodType): { inner: z.ZodType; isNullable: boolean } {
  let inner = schema;
  let isNullable = false;
  while (inner instanceof z.ZodDefault || inner instanceof z.ZodPrefault || inner instanceof z.ZodNullable) {
    isNullable ||= inner instanceof z.ZodNullable;
    const next = inner.unwrap();
    if (!(next instanceof z.ZodType)) break;
    inner = next;
  }
  return { inner, isNullable };
}
