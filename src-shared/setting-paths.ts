import { z } from 'zod';
import { settings } from './settings.ts';

/** The schema at a path of the settings, of one field or of a whole group; null: there is no such setting. */
export function findSetting(path: string): z.ZodType | null {
  let schema: z.ZodType | null = settings;
  for (const name of path.split('.')) schema = schema === null ? null : childOf(schema, name);
  return schema;
}

/** The paths of all single settings, in order; lists, records, and groups that are there as a whole or not at all, are one setting. */
export function settingPaths(schema: z.ZodType = settings, prefix = ''): string[] {
  const plain = unwrap(schema);
  if (!(plain instanceof z.ZodObject) || schema.safeParse(null).success) return [prefix];
  return Object.entries(shapeOf(plain)).flatMap(([name, field]) =>
    settingPaths(field, prefix === '' ? name : `${prefix}.${name}`),
  );
}

function childOf(schema: z.ZodType, name: string): z.ZodType | null {
  const plain = unwrap(schema);
  if (!(plain instanceof z.ZodObject)) return null;
  const shape = shapeOf(plain);
  return Object.hasOwn(shape, name) ? (shape[name] ?? null) : null;
}

function shapeOf(schema: z.ZodObject): Readonly<Record<string, z.ZodType>> {
  return z.record(z.string(), z.instanceof(z.ZodType)).parse(schema.shape);
}

/** Without what only says how a field is left out. */
function unwrap(schema: z.ZodType): z.ZodType {
  if (schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault || schema instanceof z.ZodNullable) {
    const inner = schema.unwrap();
    return inner instanceof z.ZodType ? unwrap(inner) : schema;
  }
  return schema;
}
