import { chmodSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { CONTROL_TOKEN_FILE, openControlToken } from '../../../src-main/engine/store/control-token.ts';
import { makeFolder } from './support.ts';

let drawn = 0;
const random = { bytes: (count: number) => new Uint8Array(count).fill(++drawn) };

function open(folder: string, platform: NodeJS.Platform = 'linux') {
  return openControlToken({ folder, random, platform });
}

test('a token of 256 bits is made once, for its owner alone', () => {
  const folder = makeFolder();
  const { value, warning } = open(folder);
  expect(value).toMatch(/^[0-9a-f]{64}$/);
  expect(warning).toBeNull();
  expect(statSync(join(folder, CONTROL_TOKEN_FILE)).mode & 0o777).toBe(0o600);
  expect(open(folder).value).toBe(value);
});

test('a file that others can read is closed to them and told', () => {
  const folder = makeFolder();
  const { value } = open(folder);
  chmodSync(join(folder, CONTROL_TOKEN_FILE), 0o644);
  const again = open(folder);
  expect(again.value).toBe(value);
  expect(again.warning).toMatch(/was readable by other users/);
  expect(statSync(join(folder, CONTROL_TOKEN_FILE)).mode & 0o777).toBe(0o600);
});

test('Windows has no modes to complain of', () => {
  const folder = makeFolder();
  open(folder);
  chmodSync(join(folder, CONTROL_TOKEN_FILE), 0o644);
  expect(open(folder, 'win32').warning).toBeNull();
});

test.each(['', 'short', 'g'.repeat(64)])('a file with %j in it is no token: a new one is made and told', (text) => {
  const folder = makeFolder();
  writeFileSync(join(folder, CONTROL_TOKEN_FILE), text);
  const { value, warning } = open(folder);
  expect(value).toMatch(/^[0-9a-f]{64}$/);
  expect(warning).toMatch(/no valid token/);
  expect(readFileSync(join(folder, CONTROL_TOKEN_FILE), 'utf8').trim()).toBe(value);
});

test('a rotated token replaces the old one in the file and at once', () => {
  const folder = makeFolder();
  const token = open(folder);
  const old = token.value;
  const next = token.rotate();
  expect(next).not.toBe(old);
  expect(token.value).toBe(next);
  expect(open(folder).value).toBe(next);
});

test('who wants to know of a new token is told, until that is ended', () => {
  const token = open(makeFolder());
  const told: string[] = [];
  const end = token.onRotate((value) => told.push(value));
  const next = token.rotate();
  end();
  token.rotate();
  expect(told).toEqual([next]);
});
