import { readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import {
  DISCOVERY_FILE,
  readDiscovery,
  removeDiscovery,
  writeDiscovery,
} from '../../../src-main/engine/store/discovery-file.ts';
import { makeFolder } from './support.ts';

const FOUND = { addresses: ['http://127.0.0.1:8400'], pid: 42, startedAtMs: 1_700_000_000_000 };

test('what is written is read again, from a file for its owner alone', () => {
  const folder = makeFolder();
  writeDiscovery({ folder, ...FOUND });
  expect(readDiscovery(folder)).toEqual(FOUND);
  expect(statSync(join(folder, DISCOVERY_FILE)).mode & 0o777).toBe(0o600);
});

test.each(['', '{"pid": "x"}', '[]'])('no file and the content %j are both nobody', (text) => {
  const folder = makeFolder();
  expect(readDiscovery(folder)).toBeNull();
  writeFileSync(join(folder, DISCOVERY_FILE), text);
  expect(readDiscovery(folder)).toBeNull();
});

test('only the process that is named in the file removes it', () => {
  const folder = makeFolder();
  writeDiscovery({ folder, ...FOUND });
  removeDiscovery({ folder, pid: 43 });
  expect(readDiscovery(folder)).toEqual(FOUND);
  removeDiscovery({ folder, pid: 42 });
  expect(readdirSync(folder)).toEqual([]);
  removeDiscovery({ folder, pid: 42 });
});
