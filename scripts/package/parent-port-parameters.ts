import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { transformWithOxc } from 'vite';

const PARENT_PORT = fileURLToPath(new URL('parent-port.ts', import.meta.url));

/**
 * Node's parameters that give a process the `process.parentPort` of `parent-port.ts` before its own code runs. As plain
 * JavaScript: Node's own TypeScript reader would stay in the memory of the process that is looked at.
 */
export async function parentPortParameters(): Promise<string[]> {
  const { code } = await transformWithOxc(readFileSync(PARENT_PORT, 'utf8'), PARENT_PORT, { target: 'node24' });
  return ['--import', `data:text/javascript,${encodeURIComponent(code)}`];
}
