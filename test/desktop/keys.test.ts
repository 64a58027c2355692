import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openCipherFile } from '../../src-main/desktop/cipher-file.ts';
import { inspectKeychain } from '../../src-main/desktop/keychain.ts';
import { KeyVault } from '../../src-main/desktop/key-vault.ts';
import { PortSecrets } from '../../src-main/desktop/port-secrets.ts';
import { openSecretFile } from '../../src-main/engine/providers/secret-file.ts';
import { ManualClock } from '../support/manual-clock.ts';
import { SilentLog } from '../support/silent-log.ts';
import { SafeStorageDouble } from './double/safe-storage-double.ts';

function openVault(folder = mkdtempSync(join(tmpdir(), 'pointsman-keys-'))) {
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const log = new SilentLog();
  const storage = new SafeStorageDouble();
  const plain = openSecretFile({ folder, log });
  const inspect = () => inspectKeychain({ storage, platform: 'linux' });
  const vault = new KeyVault({ storage, inspect, ciphers: openCipherFile({ folder, log }), plain, log });
  const ask = (action: 'read' | 'write' | 'remove', reference: string, value: string | null = null) =>
    vault.answer({ type: 'secret_wanted', id: 1, action, reference, value });
  const text = (name: string) => {
    try {
      return readFileSync(join(folder, name), 'utf8');
    } catch {
      return '';
    }
  };
  return { folder, log, storage, plain, ask, text };
}

const KEPT = { type: 'secret', id: 1, value: null, problem: null };

describe('the keychain', () => {
  it.each(['gnome_libsecret', 'kwallet5', 'kwallet6'] as const)('protects with %s', async (backend) => {
    const storage = new SafeStorageDouble();
    storage.backend = backend;
    expect(await inspectKeychain({ storage, platform: 'linux' })).toMatchObject({ kind: 'strong' });
  });

  it.each(['basic_text', 'unknown'] as const)('is none with %s, and says what that means', async (backend) => {
    const storage = new SafeStorageDouble();
    storage.backend = backend;
    const state = await inspectKeychain({ storage, platform: 'linux' });
    expect(state.kind).toBe('none');
    expect(state.sentence).toMatch(/unencrypted.*only your account can read/);
  });

  it('is not judged by a Linux keyring elsewhere', async () => {
    const storage = new SafeStorageDouble();
    storage.backend = 'basic_text';
    for (const platform of ['darwin', 'win32'] as const) {
      expect((await inspectKeychain({ storage, platform })).kind).toBe('strong');
    }
  });

  it('that is not there is none, and one that does not answer is one for later', async () => {
    const storage = new SafeStorageDouble();
    storage.isAvailable = false;
    expect((await inspectKeychain({ storage, platform: 'win32' })).kind).toBe('none');
    storage.isLocked = true;
    expect((await inspectKeychain({ storage, platform: 'win32' })).kind).toBe('later');
  });
});

describe('a key', () => {
  it('is kept encrypted, in a file for its owner alone, and read back after a restart', async () => {
    const { ask, text, folder } = openVault();
    expect(await ask('write', 'openai', 'sk-secret')).toEqual(KEPT);
    expect(text('keys.encrypted.json')).toContain('openai');
    expect(text('keys.encrypted.json') + text('secrets.json')).not.toContain('sk-secret');
    expect(statSync(join(folder, 'keys.encrypted.json')).mode & 0o777).toBe(0o600);
    expect(await openVault(folder).ask('read', 'openai')).toEqual({ ...KEPT, value: 'sk-secret' });
  });

  it('of the headless start is read too, and a newer one takes its place', async () => {
    const { ask, plain, text } = openVault();
    await plain.write('openai', 'sk-old');
    expect((await ask('read', 'openai')).value).toBe('sk-old');
    await ask('write', 'openai', 'sk-new');
    expect((await ask('read', 'openai')).value).toBe('sk-new');
    expect(text('secrets.json')).not.toContain('sk-');
  });

  it('without a keychain is kept where the headless start keeps it', async () => {
    const { ask, storage, plain } = openVault();
    await ask('write', 'openai', 'sk-encrypted');
    storage.backend = 'basic_text';
    expect(await ask('write', 'openai', 'sk-plain')).toEqual(KEPT);
    expect(plain.read('openai')).toBe('sk-plain');
    expect((await ask('read', 'openai')).value).toBe('sk-plain');
  });

  it('that a locked keychain holds is a problem for later, not a missing one, and is not lost', async () => {
    const { ask, storage, text } = openVault();
    await ask('write', 'openai', 'sk-secret');
    const before = text('keys.encrypted.json');
    storage.isLocked = true;
    const read = await ask('read', 'openai');
    expect(read).toMatchObject({ value: null });
    expect(read.problem).toMatch(/does not answer/);
    expect((await ask('write', 'openai', 'sk-other')).problem).toMatch(/does not answer/);
    expect(text('keys.encrypted.json')).toBe(before);
    storage.isLocked = false;
    expect((await ask('read', 'openai')).value).toBe('sk-secret');
  });

  it('that was never there is none, even when the keychain is locked', async () => {
    const { ask, storage } = openVault();
    storage.isLocked = true;
    expect(await ask('read', 'nobody')).toEqual(KEPT);
  });

  it('is encrypted anew when the keychain has a newer key', async () => {
    const { ask, storage, text } = openVault();
    await ask('write', 'openai', 'sk-secret');
    const before = text('keys.encrypted.json');
    storage.keyNumber = 2;
    expect((await ask('read', 'openai')).value).toBe('sk-secret');
    expect(text('keys.encrypted.json')).not.toBe(before);
    expect((await ask('read', 'openai')).value).toBe('sk-secret');
  });

  it('is forgotten in both places', async () => {
    const { ask, plain } = openVault();
    await ask('write', 'openai', 'sk-secret');
    await plain.write('openai', 'sk-plain');
    await ask('remove', 'openai');
    expect(await ask('read', 'openai')).toEqual(KEPT);
  });

  it('in a file that is damaged is set aside with it, and said so without its content', async () => {
    const first = openVault();
    writeFileSync(join(first.folder, 'keys.encrypted.json'), '{"entries": "sk-garbage"}');
    const { ask, text, log } = openVault(first.folder);
    expect(await ask('read', 'openai')).toEqual(KEPT);
    expect(text('keys.encrypted.json.unreadable')).toContain('sk-garbage');
    expect(JSON.stringify(log.lines)).toMatch(/set aside/);
    expect(JSON.stringify(log.lines)).not.toContain('sk-garbage');
  });

  it('never shows in the log', async () => {
    const { ask, storage, log } = openVault();
    storage.isLocked = true;
    await ask('write', 'openai', 'sk-secret');
    expect(log.lines.length).toBeGreaterThan(0);
    expect(JSON.stringify(log.lines)).not.toContain('sk-secret');
  });
});

describe('the engine’s end of the port', () => {
  function openPort() {
    const clock = new ManualClock();
    const asked: { id: number; action: string; reference: string }[] = [];
    const arrived: string[] = [];
    const secrets = new PortSecrets({
      clock,
      log: new SilentLog(),
      description: 'a keychain',
      ask: (wanted) => asked.push(wanted),
      onArrival: (reference) => arrived.push(reference),
    });
    const answer = (value: string | null, problem: string | null = null, at = -1) =>
      secrets.hear({ type: 'secret', id: asked.at(at)?.id ?? 0, value, problem });
    return { secrets, clock, asked, arrived, answer };
  }

  it('fetches at the start all that may be read, and tells nobody of what came in time', async () => {
    const { secrets, asked, arrived, answer, clock } = openPort();
    const fetched = secrets.fetch(['a', 'b'], 3_000);
    answer('key of a', null, 0);
    answer(null, null, 1);
    await fetched;
    expect(asked.map(({ action, reference }) => `${action} ${reference}`)).toEqual(['read a', 'read b']);
    expect([secrets.read('a'), secrets.read('b'), arrived, clock.pendingTimers]).toEqual(['key of a', null, [], 0]);
  });

  it('does not wait for ever, and tells of a key that comes late', async () => {
    const { secrets, arrived, answer, clock } = openPort();
    const fetched = secrets.fetch(['a'], 3_000);
    await clock.advance(3_000);
    await fetched;
    expect(secrets.read('a')).toBeNull();
    answer('key of a');
    await clock.advance(0);
    expect([secrets.read('a'), arrived]).toEqual(['key of a', ['a']]);
  });

  it('asks again for what could not be read, until it is there', async () => {
    const { secrets, asked, arrived, answer, clock } = openPort();
    const fetched = secrets.fetch(['a'], 3_000);
    answer(null, 'locked');
    await fetched;
    await clock.advance(5_000);
    answer(null, 'locked');
    await clock.advance(15_000);
    expect(asked).toHaveLength(3);
    answer('key of a');
    await clock.advance(0);
    expect([secrets.read('a'), arrived, clock.pendingTimers]).toEqual(['key of a', ['a'], 0]);
  });

  it('counts a change only when the shell has kept it', async () => {
    const { secrets, answer } = openPort();
    const refused = secrets.write('a', 'new');
    answer(null, 'The keychain does not answer now.');
    await expect(refused).rejects.toThrow('The keychain does not answer now.');
    expect(secrets.read('a')).toBeNull();
    const kept = secrets.write('a', 'new');
    answer(null);
    await kept;
    expect(secrets.read('a')).toBe('new');
    const removed = secrets.remove('a');
    answer(null);
    await removed;
    expect(secrets.read('a')).toBeNull();
  });

  it('does not overwrite what was set meanwhile with an old reading', async () => {
    const { secrets, answer, clock } = openPort();
    const fetched = secrets.fetch(['a'], 0);
    await clock.advance(0);
    await fetched;
    const kept = secrets.write('a', 'new');
    answer(null);
    await kept;
    answer('old', null, 0);
    await clock.advance(0);
    expect(secrets.read('a')).toBe('new');
  });
});
