import { accessSync, constants } from 'node:fs';
import { delimiter, join, resolve } from 'node:path';

const OWN_BIN = resolve(import.meta.dirname, '../../node_modules/.bin');

/**
 * Where a program is: in `AGENTS_DIR/node_modules/.bin`, among the project's own, or on the PATH. Null, and a line that
 * says so, when it is nowhere.
 */
export function findBinary(name: string): string | null {
  const { AGENTS_DIR: agentsFolder, PATH = '' } = process.env;
  const agentsBin = agentsFolder === undefined ? [] : [resolve(agentsFolder, 'node_modules/.bin')];
  const found = [...agentsBin, OWN_BIN, ...PATH.split(delimiter)]
    .map((folder) => join(folder, name))
    .find((path) => isExecutable(path));
  if (found !== undefined) return found;
  console.warn(
    `SKIPPED: ${name} is neither on the PATH nor in AGENTS_DIR/node_modules/.bin (AGENTS_DIR is ${agentsFolder ?? 'not set'}).`,
  );
  return null;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
