import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';

/**
 * Finds a file of the shared test data (schemas, price map), which is read in place and never part of the project.
 * Returns null, and says so loudly, when it is not there.
 */
export function findSharedData(relativePath: string): string | null {
  const roots = [process.env.POINTSMAN_DATA, resolve(import.meta.dirname, '../../../shared/data')];
  for (const root of roots) {
    if (root !== undefined && existsSync(join(root, relativePath))) return join(root, relativePath);
  }
  console.warn(`SKIPPED: ${relativePath} is not there. Put the shared data at ../shared/data or set POINTSMAN_DATA.`);
  return null;
}
