import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openSecretFile } from '../../../src-main/engine/providers/secret-file.ts';
import { SilentLog } from '../../support/silent-log.ts';

let folder: string;
let log: SilentLog;

beforeEach(() => {
  folder = join(mkdtempSync(join(tmpdir(), 'pointsman-')), 'data');
  log = new SilentLog();
});

afterEach(() => rmSync(join(folder, '..'), { recursive: true, force: true }));

const open = () => openSecretFile({ folder, log });
const path = () => join(folder, 'secrets.json');
const mode = () => (statSync(path()).mode & 0o777).toString(8);

describe('openSecretFile', () => {
  it('has nothing at first and makes no file before there is something to keep', () => {
    expect(open().read('openai')).toBeNull();
    expect(statSync(path(), { throwIfNoEntry: false })).toBeUndefined();
  });

  it('keeps a secret for the next start, in a file for its owner only', async () => {
    await open().write('openai', 'sk-1');
    expect(open().read('openai')).toBe('sk-1');
    expect(mode()).toBe('600');
  });

  it('gives back what was just written and forgets what was removed', async () => {
    const store = open();
    await store.write('openai', 'sk-1');
    await store.write('groq', 'gsk-1');
    await store.remove('openai');
    expect([store.read('openai'), store.read('groq')]).toEqual([null, 'gsk-1']);
    expect(JSON.parse(readFileSync(path(), 'utf8'))).toEqual({ groq: 'gsk-1' });
  });

  it('loses nothing when several changes come at once', async () => {
    const store = open();
    await Promise.all(['a', 'b', 'c', 'd'].map((name) => store.write(name, `key-${name}`)));
    expect(['a', 'b', 'c', 'd'].map((name) => open().read(name))).toEqual(['key-a', 'key-b', 'key-c', 'key-d']);
  });

  it('closes a file that others may read, and says so without its content', async () => {
    await open().write('openai', 'sk-1');
    chmodSync(path(), 0o644);
    expect(open().read('openai')).toBe('sk-1');
    expect(mode()).toBe('600');
    expect(log.lines).toMatchObject([{ level: 'warn', fields: { mode: '644' } }]);
    expect(log.text).not.toContain('sk-1');
  });

  it('sets a file aside that cannot be read, and says so without its content', async () => {
    await open().write('openai', 'sk-1');
    writeFileSync(path(), '{"openai": "sk-1"', { mode: 0o600 });
    expect(open().read('openai')).toBeNull();
    expect(readFileSync(`${path()}.unreadable`, 'utf8')).toBe('{"openai": "sk-1"');
    expect(log.lines).toMatchObject([{ level: 'warn' }]);
    expect(log.text).not.toContain('sk-1');
  });

  it('tells where secrets are kept', () => {
    expect(open().description).toBe(`file (mode 0600) ${path()}`);
  });
});
