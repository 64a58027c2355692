import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { ENGINE_FLAGS } from '../../src-shared/engine-flags.ts';

const PROJECT = resolve(import.meta.dirname, '../..');

test('npm start and the command line start V8 as the desktop does', () => {
  const text = readFileSync(resolve(PROJECT, 'package.json'), 'utf8');
  const { scripts } = z.object({ scripts: z.record(z.string(), z.string()) }).parse(JSON.parse(text));
  expect(scripts.start).toBe(`node ${ENGINE_FLAGS.join(' ')} dist/start.js`);
  const [firstLine] = readFileSync(resolve(PROJECT, 'src-main/cli/main.ts'), 'utf8').split('\n');
  expect(firstLine).toBe(`#!/usr/bin/env -S node ${ENGINE_FLAGS.join(' ')}`);
});
