import { readFileSync } from 'node:fs';
import type { z } from 'zod';
import { findSharedData } from '../../support/data-folder.ts';

/** Reference values from SciPy, R and numpy; null where the shared data is not there. */
const path = findSharedData('stats/fixtures.json');
const all = path === null ? [] : (JSON.parse(readFileSync(path, 'utf8')) as { name: string }[]);

export const haveFixtures = path !== null;

/** `inputs` and `expected` of one fixture, parsed. */
export function readFixture<T>(name: string, schema: z.ZodType<T>): T {
  return schema.parse(all.find((fixture) => fixture.name === name));
}
