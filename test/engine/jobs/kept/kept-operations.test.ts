import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { openReaderConnection } from '../../../../src-main/engine/store/database.ts';
import { callOperation } from '../../../support/call-operation.ts';
import { answer } from '../../../support/upstreams/answer-script.ts';
import { Gate } from '../../../support/upstreams/gate.ts';
import { filesWith, openVault, readAll, startKeptBench, type KeptBench } from './kept-bench.ts';

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'pointsman-kept-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

const asking = (text: string) => ({ model: 'one/big', messages: [{ role: 'user', content: text }] });

async function ask(bench: KeptBench, text: string): Promise<string> {
  const reply = await bench.client.post('/v1/chat/completions', asking(text));
  expect(reply.status).toBe(200);
  return String(reply.headers['x-pointsman-request-id']);
}

/** Bytes of what is kept, in pieces of a size that no page of the file cuts all of. */
function sealedPieces(folder: string): Buffer[] {
  const connection = openReaderConnection(join(folder, 'pointsman.db'));
  const rows = connection.prepare('SELECT ciphertext FROM kept_prompts').pluck().all() as Buffer[];
  connection.close();
  return rows.flatMap((row) =>
    Array.from({ length: Math.floor(row.length / 32) }, (_, at) => row.subarray(at * 32, at * 32 + 32)),
  );
}

const leftIn = (folder: string, pieces: readonly Buffer[]) =>
  pieces.filter((piece) => filesWith(folder, piece).length > 0);

test('consent is given, told with its time, and survives a restart', async () => {
  const folder = newFolder();
  const bench = await startKeptBench({ folder, consents: false });
  const before = Date.now();
  const given = await bench.consent(true);
  expect(given).toMatchObject({
    consent: true,
    count: 0,
    problem: null,
    keyIn: expect.stringContaining('secrets.json') as string,
  });
  expect(given.consentedAtMs).toBeGreaterThanOrEqual(before);
  expect((await bench.consent(true)).consentedAtMs).toBe(given.consentedAtMs);
  await ask(bench, 'one');
  await bench.kept(1);
  const settings = bench.here.engine.settings();
  await bench.here.stop();
  const next = await startKeptBench({ folder, consents: false, settings: { privacy: settings.privacy } });
  expect(await next.view()).toMatchObject({
    consent: true,
    consentedAtMs: given.consentedAtMs,
    count: 1,
    problem: null,
  });
});

test('consent that is withdrawn takes everything along, by whichever operation', async () => {
  const withdrawals: ((bench: KeptBench) => Promise<unknown>)[] = [
    (bench) => bench.consent(false),
    ({ here }) =>
      callOperation(here, 'settings.change', { changes: [{ path: 'privacy.keepPrompts.enabled', value: false }] }),
    ({ here }) => callOperation(here, 'settings.change', { changes: [{ path: 'privacy.keepPrompts' }] }),
    async ({ here }) => {
      const { settings, ...exported } = await callOperation(here, 'settings.export', {});
      const { privacy, ...others } = settings as { privacy: Record<string, unknown> };
      return callOperation(here, 'settings.import', {
        ...exported,
        settings: { ...others, privacy: { ...privacy, keepPrompts: {} } },
      });
    },
  ];
  for (const withdraw of withdrawals) {
    const folder = newFolder();
    const bench = await startKeptBench({ folder });
    for (const text of ['one', 'two', 'three']) await ask(bench, text);
    await bench.kept(3);
    const pieces = sealedPieces(folder);
    expect(pieces.length).toBeGreaterThan(10);
    await withdraw(bench);
    expect(await bench.view()).toMatchObject({ consent: false, count: 0, bytes: 0, problem: null });
    expect(filesWith(folder, 'kept-prompts.key')).toEqual([]);
    expect(leftIn(folder, pieces)).toEqual([]);
    await ask(bench, 'four');
    await bench.here.stop();
    expect(readAll(openVault(folder)).size).toBe(0);
  }
}, 30_000);

test('consent can be given by changing the setting, too', async () => {
  const bench = await startKeptBench({ consents: false });
  await callOperation(bench.here, 'settings.change', {
    changes: [{ path: 'privacy.keepPrompts.enabled', value: true }],
  });
  await ask(bench, 'one');
  expect((await bench.kept(1)).problem).toBeNull();
});

test('consent that is withdrawn while an answer streams covers that answer no more', async () => {
  const folder = newFolder();
  const bench = await startKeptBench({ folder });
  const gate = new Gate();
  bench.one.script(answer({ text: ['begun', gate, ' and ended'] }));
  const reply = bench.client.post('/v1/chat/completions', { ...asking('one'), stream: true });
  await bench.one.call(1);
  await bench.consent(false);
  await bench.consent(true);
  gate.open();
  expect((await reply).text).toContain('and ended');
  bench.says({ text: 'Well.' });
  const id = await ask(bench, 'two');
  await bench.kept(1);
  await bench.here.stop();
  expect([...readAll(openVault(folder)).keys()]).toEqual([id]);
});

test('an import never gives consent, and says so', async () => {
  const from = await startKeptBench();
  const exported = await callOperation(from.here, 'settings.export', {});
  expect(exported.settings).toMatchObject({ privacy: { keepPrompts: { enabled: true } } });
  const to = await startKeptBench({ consents: false });
  const notices: string[] = [];
  to.here.engine.events.on('notice', ({ text }) => notices.push(text));
  await callOperation(to.here, 'settings.import', exported);
  expect(await to.view()).toMatchObject({ consent: false, problem: null });
  expect(notices).toEqual([expect.stringContaining('Consent does not travel')]);
  await ask(from, 'one');
  await from.kept(1);
  await callOperation(from.here, 'settings.import', exported);
  expect(await from.view()).toMatchObject({ consent: true, count: 1 });
});

test('settings that came with somebody else’s consent keep nothing, and say what to do', async () => {
  const bench = await startKeptBench({ consents: false, settings: { privacy: { keepPrompts: { enabled: true } } } });
  await ask(bench, 'one');
  expect(await bench.view()).toMatchObject({ count: 0, problem: expect.stringMatching(/agree once more/) as string });
  await bench.consent(true);
  await ask(bench, 'two');
  expect(await bench.kept(1)).toMatchObject({ count: 1, problem: null });
});

test('one prompt is erased, and all are', async () => {
  const folder = newFolder();
  const bench = await startKeptBench({ folder });
  const ids: string[] = [];
  for (const text of ['one', 'two', 'three']) ids.push(await ask(bench, text));
  await bench.kept(3);
  expect(await callOperation(bench.here, 'kept.erase', { requestId: ids[1] ?? '' })).toMatchObject({ count: 2 });
  expect(await callOperation(bench.here, 'kept.erase', { requestId: 'unknown' })).toMatchObject({ count: 2 });
  const pieces = sealedPieces(folder);
  expect(await callOperation(bench.here, 'kept.erase', {})).toMatchObject({
    consent: true,
    count: 0,
    bytes: 0,
    oldestAtMs: null,
  });
  expect(leftIn(folder, pieces)).toEqual([]);
});

test('erasing all records erases the prompts, and keeping goes on', async () => {
  const folder = newFolder();
  const bench = await startKeptBench({ folder });
  await ask(bench, 'one');
  await bench.kept(1);
  const pieces = sealedPieces(folder);
  await callOperation(bench.here, 'records.erase', {});
  expect(await bench.view()).toMatchObject({ consent: true, count: 0, problem: null });
  expect(leftIn(folder, pieces)).toEqual([]);
  await ask(bench, 'two');
  await bench.kept(1);
});

test('who shows what is kept is told that it changed', async () => {
  const bench = await startKeptBench();
  const told: string[] = [];
  bench.here.engine.events.on('changed', ({ what }) => told.push(what));
  await ask(bench, 'one');
  await bench.kept(1);
  await bench.consent(false);
  expect(told).toContain('kept');
});
