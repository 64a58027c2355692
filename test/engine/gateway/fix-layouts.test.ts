import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

const run = promisify(execFile);
const SCRIPT = join(import.meta.dirname, 'ask-around-collections.ts');

it('keeps requests and responses fast objects when everything is collected after the first few', async () => {
  const { stdout } = await run(process.execPath, ['--expose-gc', '--allow-natives-syntax', SCRIPT]);
  expect(JSON.parse(stdout)).toEqual({ request: true, response: true });
});
