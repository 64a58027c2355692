import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { KEY_DATES_FILE, openKeyDates, withKeyDates } from '../../../src-main/engine/providers/key-dates.ts';
import { makeFiles } from '../../support/make-files.ts';
import { ManualClock } from '../../support/manual-clock.ts';
import { MemorySecrets } from '../../support/memory-secrets.ts';
import { SilentLog } from '../../support/silent-log.ts';

function open(folder = makeFiles({}).root) {
  const clock = new ManualClock();
  const log = new SilentLog();
  const dates = openKeyDates({ folder, clock, log });
  const plain = new MemorySecrets();
  return { folder, clock, log, dates, plain, store: withKeyDates(plain, dates), file: join(folder, KEY_DATES_FILE) };
}

describe('the date of a key', () => {
  it('is that of its last change, and outlives the process', async () => {
    const { folder, clock, dates, store } = open();
    expect(dates.changedAtMs('acme')).toBeNull();
    await store.write('acme', 'sk-one');
    await clock.advance(1000);
    await store.write('acme', 'sk-two');
    expect(dates.changedAtMs('acme')).toBe(clock.nowMs());
    expect(open(folder).dates.changedAtMs('acme')).toBe(clock.nowMs());
  });

  it('goes with the key', async () => {
    const { folder, dates, store, plain } = open();
    await store.write('acme', 'sk-one');
    await store.remove('acme');
    expect(plain.read('acme')).toBeNull();
    expect(dates.changedAtMs('acme')).toBeNull();
    expect(open(folder).dates.changedAtMs('acme')).toBeNull();
  });

  it('is not changed when the key could not be kept', async () => {
    const { dates } = open();
    const refusing = new MemorySecrets();
    refusing.write = () => Promise.reject(new Error('the keychain is locked'));
    await expect(withKeyDates(refusing, dates).write('acme', 'sk-one')).rejects.toThrow('locked');
    expect(dates.changedAtMs('acme')).toBeNull();
  });

  it('stands in a file of its own that is closed to others and holds nothing of the key', async () => {
    const { file, store } = open();
    await store.write('acme', 'sk-secret');
    expect(readFileSync(file, 'utf8')).not.toContain('sk-secret');
    if (process.platform !== 'win32') expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  it('that cannot be read is unknown, and the file is set aside', () => {
    const { root } = makeFiles({ [KEY_DATES_FILE]: '{ "changedAtMs": "yesterday" }' });
    const { dates, log, file } = open(root);
    expect(dates.changedAtMs('acme')).toBeNull();
    expect(existsSync(`${file}.unreadable`)).toBe(true);
    expect(log.text).toContain('could not be read');
  });

  it('that cannot be written is kept in memory, and the key is kept all the same', async () => {
    const { root } = makeFiles({ 'not-a-folder': '' });
    writeFileSync(join(root, 'not-a-folder'), '');
    const { dates, store, plain, log } = open(join(root, 'not-a-folder'));
    await store.write('acme', 'sk-one');
    expect(plain.read('acme')).toBe('sk-one');
    expect(dates.changedAtMs('acme')).not.toBeNull();
    expect(log.text).toContain('could not be written down');
  });
});
