import { describe, expect, test } from 'vitest';
import { VAULT_KEY_REFERENCE } from '../../../../src-main/engine/jobs/kept/vault-key.ts';
import { openUpkeepConnection } from '../../../../src-main/engine/store/database.ts';
import { IDLE_THREAD_MS } from '../../../../src-main/engine/store/upkeep-thread.ts';
import { MemorySecrets } from '../../../support/memory-secrets.ts';
import { filesWith } from './kept-bench.ts';
import { chatFor, DAY_MS, HOUR_MS, until, vaultForTest, type VaultForTest } from './vault-for-test.ts';

const listed = ({ vault }: VaultForTest) =>
  vault.prompts.list({ after: null, limit: 500 }).map(({ requestId }) => requestId);
const secretOf = ({ secrets }: VaultForTest) => secrets.read(VAULT_KEY_REFERENCE);

async function keepThree(here: VaultForTest): Promise<void> {
  for (const id of ['a', 'b', 'c']) {
    here.take(id);
    await here.written();
  }
  expect(listed(here)).toEqual(['a', 'b', 'c']);
}

/** Bytes of the rows as they stand in the file, cut so that pages cannot split them. */
function ciphertextPieces({ store }: VaultForTest, requestId: string): Buffer[] {
  const sealed = Buffer.from(store.kept.read(requestId)?.ciphertext ?? []);
  expect(sealed.length).toBeGreaterThan(64);
  return Array.from({ length: Math.floor(sealed.length / 32) }, (_, at) => sealed.subarray(at * 32, at * 32 + 32));
}

describe('what was kept', () => {
  test('is read as it was asked and answered', async () => {
    const here = await vaultForTest();
    here.take('a', { isPrivate: false });
    await here.written();
    const { request, answer } = chatFor('a', 0);
    expect(here.vault.prompts.read('a')).toEqual({
      ...{ requestId: 'a', request, answer, finishReason: 'stop', app: 'app', kind: 'chat' },
      ...{
        keptAtMs: here.clock.nowMs() - 150,
        endpoint: 'one/big',
        track: 'cloud',
        costNanoUsd: 1_000,
        mayLeave: true,
      },
    });
  });

  test('is listed oldest first and goes on where a list ended', async () => {
    const here = await vaultForTest();
    await keepThree(here);
    const [first] = here.vault.prompts.list({ after: null, limit: 1 });
    expect(here.vault.prompts.list({ after: first ?? null, limit: 5 }).map(({ requestId }) => requestId)).toEqual([
      'b',
      'c',
    ]);
  });

  test('stands in no file in plain form', async () => {
    const here = await vaultForTest();
    await keepThree(here);
    expect(filesWith(here.folder, 'Question of')).toEqual([]);
    expect(filesWith(here.folder, 'Answer to')).toEqual([]);
  });

  test('stays on this machine once its app is private, or everything is', async () => {
    const here = await vaultForTest();
    await keepThree(here);
    await here.set({}, { localOnly: true });
    expect(here.vault.prompts.read('a')?.mayLeave).toBe(false);
    await here.set({}, { localOnly: false });
    expect(here.vault.prompts.read('a')?.mayLeave).toBe(true);
  });

  test('is told with the time of consent and the place of its key', async () => {
    const here = await vaultForTest();
    const consentedAtMs = here.clock.nowMs();
    await keepThree(here);
    const { bytes, ...view } = here.vault.view();
    expect(bytes).toBeGreaterThan(900);
    const first = consentedAtMs + 50;
    expect(view).toEqual({
      ...{ consent: true, consentedAtMs, count: 3, oldestAtMs: first, nextEndAtMs: first + 14 * DAY_MS },
      ...{ keyIn: 'memory', problem: null },
    });
  });

  test('and the consent survive a restart', async () => {
    const here = await vaultForTest();
    await keepThree(here);
    const { consentedAtMs } = here.vault.view();
    await here.close();
    const { folder, secrets, clock } = here;
    const again = await vaultForTest({ folder, secrets, clock, keepPrompts: { enabled: true }, agrees: false });
    expect([listed(again), again.vault.view().consentedAtMs]).toEqual([['a', 'b', 'c'], consentedAtMs]);
    again.take('d');
    await again.written();
    expect(again.vault.prompts.read('d')?.requestId).toBe('d');
  });
});

describe('without its key', () => {
  test.each([
    ['none', new MemorySecrets()],
    ['a damaged one', new MemorySecrets({ [VAULT_KEY_REFERENCE]: 'nonsense' })],
    ['another', new MemorySecrets({ [VAULT_KEY_REFERENCE]: `1:5:${'ab'.repeat(32)}` })],
  ])('(%s) nothing can be read, which is said, and nothing breaks', async (_name, secrets) => {
    const here = await vaultForTest();
    await keepThree(here);
    await here.close();
    const { folder, clock } = here;
    const other = await vaultForTest({ folder, secrets, clock, keepPrompts: { enabled: true }, agrees: false });
    expect([listed(other), other.vault.prompts.read('a'), other.count()]).toEqual([[], null, 3]);
    expect(other.vault.view().problem).toMatch(/cannot be read/);
  });

  test('nothing is kept, and no key is made unasked', async () => {
    const here = await vaultForTest({ keepPrompts: { enabled: true }, agrees: false });
    here.take('a', { consent: 0 });
    await here.written();
    expect([here.vault.consent, here.count(), secretOf(here)]).toEqual([null, 0, null]);
    expect(here.vault.view().problem).toMatch(/agree once more/);
  });

  test('agreeing again makes a new one and erases what only the old one could read', async () => {
    const here = await vaultForTest();
    await keepThree(here);
    await here.close();
    const { folder, clock } = here;
    const other = await vaultForTest({ folder, clock, keepPrompts: { enabled: true }, agrees: false });
    expect(await other.vault.agree()).toBeNull();
    other.take('d');
    await other.written();
    expect([listed(other), other.count(), other.vault.view().problem]).toEqual([['d'], 1, null]);
  });

  test('it is read again as soon as the key comes', async () => {
    const here = await vaultForTest();
    await keepThree(here);
    const value = secretOf(here) ?? '';
    await here.close();
    const secrets = new MemorySecrets();
    const { folder, clock } = here;
    const other = await vaultForTest({ folder, secrets, clock, keepPrompts: { enabled: true }, agrees: false });
    await secrets.write(VAULT_KEY_REFERENCE, value);
    other.vault.keyArrived();
    expect([listed(other), other.vault.view().problem]).toEqual([['a', 'b', 'c'], null]);
  });

  test('a keychain that refuses is told, and nothing is kept', async () => {
    const secrets = new MemorySecrets();
    secrets.write = () => Promise.reject(new Error('The keychain is locked.'));
    const here = await vaultForTest({ secrets });
    expect(here.vault.consent).toBeNull();
    expect(here.vault.view().problem).toMatch(/could not be kept \(memory\): The keychain is locked/);
  });
});

/** One that differs from it, whatever it is. */
function otherByte(byte: string): string {
  return `CASE WHEN ${byte} = x'00' THEN x'01' ELSE x'00' END`;
}

describe('data that was changed', () => {
  const CHANGES = [
    ['ciphertext', `ciphertext = CAST(${otherByte('substr(ciphertext, 1, 1)')} || substr(ciphertext, 2) AS BLOB)`],
    [
      'tag',
      `ciphertext = CAST(substr(ciphertext, 1, length(ciphertext) - 1) || ${otherByte('substr(ciphertext, -1)')} AS BLOB)`,
    ],
    ['nonce', `nonce = CAST(${otherByte('substr(nonce, 1, 1)')} || substr(nonce, 2) AS BLOB)`],
    ['length', 'ciphertext = CAST(substr(ciphertext, 1, 9) AS BLOB)'],
    ['name', "request_id = 'b2'"],
    ['privacy', 'is_private = 1 - is_private'],
  ] as const;

  test.each(CHANGES)('(%s) is not returned, and is told', async (_name, change) => {
    const here = await vaultForTest({ keepPrompts: { private: true } });
    await keepThree(here);
    const connection = openUpkeepConnection(here.file);
    connection.exec(`UPDATE kept_prompts SET ${change} WHERE request_id = 'b'`);
    connection.close();
    expect([here.vault.prompts.read('b'), here.vault.prompts.read('b2')]).toEqual([null, null]);
    expect(here.vault.prompts.read('a')).not.toBeNull();
    expect(here.vault.view().problem).toMatch(/1 of the kept prompts do not open/);
  });
});

describe('consent', () => {
  test('that ends destroys the key and erases everything, from the files too', async () => {
    const here = await vaultForTest();
    await keepThree(here);
    const pieces = ciphertextPieces(here, 'b');
    const key = secretOf(here)?.split(':')[2] ?? '';
    await here.set({ enabled: false });
    expect([listed(here), here.vault.prompts.read('a'), here.count(), secretOf(here)]).toEqual([[], null, 0, null]);
    expect(here.erased).toContain(null);
    expect(pieces.flatMap((piece) => filesWith(here.folder, piece))).toEqual([]);
    expect(filesWith(here.folder, Buffer.from(key, 'hex'))).toEqual([]);
  });

  test('that ends while a write waits keeps that write from ever being made', async () => {
    const here = await vaultForTest();
    here.take('a');
    const ended = here.set({ enabled: false });
    await here.written();
    await ended;
    await here.written();
    expect(here.count()).toBe(0);
  });

  test('covers nothing that began before it, or under an earlier one', async () => {
    const here = await vaultForTest();
    const earlier = here.vault.consent ?? 0;
    await here.set({ enabled: false });
    await here.set({ enabled: true });
    here.take('a', { consent: earlier });
    here.take('b');
    await here.written();
    expect(listed(here)).toEqual(['b']);
  });

  test('given and withdrawn in one breath leaves nothing', async () => {
    const here = await vaultForTest({ agrees: false });
    await Promise.all([here.set({ enabled: true }), here.set({ enabled: false })]);
    expect([here.vault.consent, secretOf(here)]).toEqual([null, null]);
    await Promise.all([here.set({ enabled: true }), here.set({ enabled: false }), here.set({ enabled: true })]);
    expect([here.vault.isReady(), secretOf(here)]).toEqual([true, expect.any(String)]);
    here.take('a');
    await here.written();
    expect(listed(here)).toEqual(['a']);
  });

  test('that was withdrawn while the program did not run is followed at the next start', async () => {
    const here = await vaultForTest();
    await keepThree(here);
    await here.close();
    const { folder, secrets, clock } = here;
    const next = await vaultForTest({ folder, secrets, clock, agrees: false });
    await until(() => next.count() === 0);
    expect(secretOf(next)).toBeNull();
  });

  test('for private prompts that ends erases those', async () => {
    const here = await vaultForTest({ keepPrompts: { private: true } });
    here.take('a', { isPrivate: true });
    here.take('b');
    await here.written();
    expect(here.vault.prompts.read('a')?.mayLeave).toBe(false);
    await here.set({ private: false });
    expect([listed(here), here.count(), here.erased]).toEqual([['b'], 1, ['a']]);
  });
});

test('a private prompt that waits is not written once private ones are not wanted', async () => {
  const here = await vaultForTest({ keepPrompts: { private: true } });
  here.take('a', { isPrivate: true });
  here.take('b');
  await here.set({ private: false });
  await here.written();
  expect([listed(here), here.count()]).toEqual([['b'], 1]);
});

describe('the end date', () => {
  test('is kept to the tick', async () => {
    const here = await vaultForTest({ keepPrompts: { days: 1 } });
    here.take('a');
    await here.clock.advance(50);
    await here.clock.advance(HOUR_MS);
    here.take('b');
    await here.clock.advance(50);
    const pieces = ciphertextPieces(here, 'a');
    await here.clock.advance(23 * HOUR_MS - 51);
    expect(listed(here)).toEqual(['a', 'b']);
    await here.clock.advance(1);
    expect([listed(here), here.vault.prompts.read('a')]).toEqual([['b'], null]);
    await until(() => here.count() === 1);
    await until(() => pieces.every((piece) => filesWith(here.folder, piece).length === 0));
    await here.clock.advance(HOUR_MS + 50);
    expect(listed(here)).toEqual([]);
    await until(() => here.count() === 0);
  });

  test('comes nearer with fewer days, and not further with more', async () => {
    const here = await vaultForTest({ keepPrompts: { days: 10 } });
    await keepThree(here);
    await here.set({ days: 20 });
    const { nextEndAtMs, oldestAtMs } = here.vault.view();
    expect(nextEndAtMs).toBe((oldestAtMs ?? 0) + 10 * DAY_MS);
    here.clock.jump(3 * DAY_MS);
    await here.set({ days: 2 });
    expect([listed(here), here.count()]).toEqual([[], 0]);
  });

  test('that passed while the program did not run is made up for at the start, key or not', async () => {
    const here = await vaultForTest({ keepPrompts: { days: 1 } });
    await keepThree(here);
    await here.close();
    const { folder, clock } = here;
    clock.jump(2 * DAY_MS);
    const next = await vaultForTest({ folder, clock, keepPrompts: { enabled: true, days: 1 }, agrees: false });
    await until(() => next.count() === 0);
  });

  test('that passed while the machine slept is noticed by the hour', async () => {
    const here = await vaultForTest({ keepPrompts: { days: 1 } });
    await keepThree(here);
    here.clock.jump(2 * DAY_MS);
    expect([listed(here), here.vault.prompts.read('a')]).toEqual([[], null]);
    await here.clock.advance(HOUR_MS);
    await until(() => here.count() === 0);
  });

  test('takes no timer where nothing is kept', async () => {
    const here = await vaultForTest();
    const before = here.clock.pendingTimers;
    await keepThree(here);
    expect(here.clock.pendingTimers).toBe(before + 1);
    await here.vault.erase(null);
    here.vault.stop();
    // The thread that erased waits a little for further work.
    await here.clock.advance(IDLE_THREAD_MS);
    expect(here.clock.pendingTimers).toBe(before);
  });
});

describe('the room', () => {
  const long = (requestId: string, here: VaultForTest) => {
    const text = `${requestId} ${'x'.repeat(99_000)}`;
    here.take(requestId, { ...chatFor(requestId, here.vault.consent ?? 0, text) });
  };

  test('is made by erasing the oldest', async () => {
    const here = await vaultForTest({ keepPrompts: { megabytes: 10 } });
    for (let number = 10; number < 30; number += 1) {
      long(`r${number}`, here);
      await here.written();
    }
    expect(here.count()).toBe(20);
    await here.set({ megabytes: 1 });
    expect(listed(here)).toEqual(Array.from({ length: 9 }, (_, place) => `r${21 + place}`));
    expect(here.vault.view().bytes).toBeLessThanOrEqual(1_000_000);
  });

  test('is not used up at once: with more traffic a part of it is kept', async () => {
    const here = await vaultForTest({ keepPrompts: { megabytes: 1, days: 10 } });
    const taken = () => here.vault.consent !== null;
    for (let number = 0; number < 10 && taken(); number += 1) {
      long(`r${number}`, here);
      await here.written();
    }
    expect([here.count(), taken()]).toEqual([3, false]);
    // A tenth of a megabyte comes with each day.
    await here.clock.advance(DAY_MS);
    expect(taken()).toBe(true);
  });
});

describe('erasing', () => {
  test('one request takes its prompt, what jobs made of it, and its bytes out of the files', async () => {
    const here = await vaultForTest();
    await keepThree(here);
    const pieces = ciphertextPieces(here, 'b');
    const connection = openUpkeepConnection(here.file);
    const add = connection.prepare('INSERT INTO job_results VALUES (?, ?, ?, ?, ?)');
    add.run('shadow-evaluation', 'one', '"made of b, planted"', 'b', 1);
    add.run('shadow-evaluation', 'two', '"made of a"', 'a', 1);
    add.run('shadow-evaluation', 'three', '"made of none"', null, 1);
    const results = () => connection.prepare('SELECT key FROM job_results ORDER BY key').pluck().all();
    expect(await here.vault.erase('b')).toBeNull();
    expect([listed(here), results(), here.erased]).toEqual([['a', 'c'], ['three', 'two'], ['b']]);
    expect(pieces.flatMap((piece) => filesWith(here.folder, piece))).toEqual([]);
    expect(filesWith(here.folder, 'made of b, planted')).toEqual([]);
    expect(await here.vault.erase(null)).toBeNull();
    expect([here.count(), results(), here.erased]).toEqual([0, ['three'], ['b', null]]);
    connection.close();
  });

  test('one that waits to be written keeps it from being written', async () => {
    const here = await vaultForTest();
    here.take('a');
    here.take('b');
    await here.vault.erase('a');
    await here.written();
    expect(listed(here)).toEqual(['b']);
  });

  test('hides it at once, and is made up for when the files cannot be written', async () => {
    const here = await vaultForTest();
    await keepThree(here);
    const connection = openUpkeepConnection(here.file);
    connection.exec('BEGIN IMMEDIATE');
    const erasing = here.vault.erase('b');
    expect([listed(here), here.vault.prompts.read('b'), here.count()]).toEqual([['a', 'c'], null, 3]);
    expect(await erasing).toMatch(/could not all be erased yet/);
    expect(here.vault.view().problem).toMatch(/could not all be erased yet/);
    expect(listed(here)).toEqual(['a', 'c']);
    connection.exec('COMMIT');
    connection.close();
    await here.clock.advance(60_000);
    await until(() => here.count() === 2 && here.vault.view().problem === null);
  }, 20_000);

  test('everything goes on keeping what comes afterwards', async () => {
    const here = await vaultForTest();
    await keepThree(here);
    await here.vault.erase(null);
    here.take('d');
    await here.written();
    expect(listed(here)).toEqual(['d']);
  });
});

describe('what is kept beside a prompt', () => {
  test('is read as long as the prompt can be, and never after', async () => {
    const here = await vaultForTest();
    await keepThree(here);
    const sealed = here.vault.prompts.seal('a', 'said of a') ?? '';
    expect(here.vault.prompts.unseal('a', sealed)).toBe('said of a');
    expect(here.vault.prompts.unseal('b', sealed)).toBeNull();
    expect(here.vault.prompts.unseal('a', `AAAA${sealed.slice(4)}`)).toBeNull();
    const row = here.store.kept.read('a');
    await here.vault.erase('a');
    expect([here.vault.prompts.unseal('a', sealed), here.vault.prompts.seal('a', 'x')]).toEqual([null, null]);
    // The same prompt, kept anew, has another key beside it.
    here.take('a');
    await here.written();
    expect(row?.keyId).toBe(here.store.kept.read('a')?.keyId);
    expect(here.vault.prompts.unseal('a', sealed)).toBeNull();
  });
});

describe('writing', () => {
  test('waits for a locked database, and loses nothing', async () => {
    const here = await vaultForTest();
    const connection = openUpkeepConnection(here.file);
    connection.exec('BEGIN IMMEDIATE');
    here.take('a');
    here.take('b');
    await here.clock.advance(1_000);
    expect(here.count()).toBe(0);
    connection.exec('COMMIT');
    connection.close();
    await here.clock.advance(2_000);
    expect(listed(here)).toEqual(['a', 'b']);
  });

  test('says so when the database does not come free, until it does', async () => {
    const here = await vaultForTest();
    const connection = openUpkeepConnection(here.file);
    connection.exec('BEGIN IMMEDIATE');
    here.take('a');
    await here.clock.advance(HOUR_MS / 2);
    expect(here.vault.view().problem).toMatch(/Prompts cannot be written now.*locked by another program/);
    connection.exec('COMMIT');
    connection.close();
    await here.clock.advance(60_000);
    expect([listed(here), here.vault.view().problem]).toEqual([['a'], null]);
  });

  test('is bounded: the newest are left out, counted and told', async () => {
    const here = await vaultForTest();
    const consent = here.vault.consent ?? 0;
    for (let number = 0; number < 300; number += 1) here.take(`r${number}`, { consent });
    expect(here.vault.consent).toBeNull();
    await here.clock.advance(1_000);
    expect(here.count()).toBe(256);
    expect(here.vault.view().problem).toMatch(/^44 were not kept since the start/);
    expect(here.vault.consent).toBe(consent);
  });

  test('is finished when the vault is closed', async () => {
    const here = await vaultForTest();
    for (const id of ['a', 'b']) here.take(id);
    await here.close();
    const { folder, secrets, clock } = here;
    const again = await vaultForTest({ folder, secrets, clock, keepPrompts: { enabled: true }, agrees: false });
    expect(listed(again)).toEqual(['a', 'b']);
  });

  test('never repeats words of a request in the log', async () => {
    const here = await vaultForTest();
    here.take('a', { ...chatFor('a', here.vault.consent ?? 0, 'my password is Tr0ub4dor&3') });
    const endless: Record<string, unknown> = { note: 'canary' };
    endless.self = endless;
    here.take('b', {
      request: { ...chatFor('b', 0).request, extra: { protocol: 'openai', fields: endless as never } },
    });
    await here.written();
    expect([here.count(), JSON.stringify(here.log)]).toEqual([0, expect.not.stringMatching(/Tr0ub|canary/)]);
  });
});
