import { describe, expect, test } from 'vitest';
import { addedApp, appView, type AppView } from '../../src-shared/money.ts';
import { addApp, changeApp, listApps, removeApp } from '../../src-main/cli/commands/apps.ts';
import { CommandError } from '../../src-main/cli/run-command.ts';
import { startControl } from './start-control.ts';

const KEY = `pm-${'a1'.repeat(24)}`;
const EDITOR: AppView = {
  id: 'editor',
  name: 'My Editor',
  createdAtMs: 0,
  enabled: true,
  tracks: ['local', 'cloud'],
  models: null,
  private: false,
  budget: { dayUsd: 1, monthUsd: null },
  maxCostPerRequestUsd: 0.01,
  todayNanoUsd: 250_000_000,
  monthNanoUsd: 2_000_000_000,
};
const PRIVATE: AppView = {
  ...EDITOR,
  id: 'notes',
  name: 'Notes',
  private: true,
  enabled: false,
  models: ['qwen3:8b', 'llama3.2:3b'],
  budget: { dayUsd: null, monthUsd: 20 },
  maxCostPerRequestUsd: null,
};

describe('apps', () => {
  test('lists what each may do and has spent', async () => {
    const control = await startControl({ 'GET /control/v1/apps': { apps: [EDITOR, PRIVATE] } });
    await listApps({});
    const rows = control
      .printed()
      .split('\n')
      .map((line) => line.split(/ {2,}/u));
    expect(rows).toEqual([
      ['APP', 'NAME', 'STATE', 'TRACKS', 'MODELS', 'TODAY', 'OF', 'MONTH', 'OF', 'A REQUEST'],
      ['editor', 'My Editor', 'on', 'local cloud', 'all', '$0.2500', '$1.00', '$2.00', '$0.0100'],
      ['notes', 'Notes', 'off', 'private', 'qwen3:8b llama3.2:3b', '$0.2500', '$2.00', '$20.00'],
    ]);
  });

  test('says how to make the first', async () => {
    const control = await startControl({ 'GET /control/v1/apps': { apps: [] } });
    await listApps({});
    expect(control.printed()).toBe('No app has a key of its own yet: "pointsman apps add NAME" makes one.');
  });

  test('--json is what the contract says', async () => {
    const control = await startControl({ 'GET /control/v1/apps': { apps: [EDITOR] } });
    await listApps({ json: true });
    expect(appView.array().parse(JSON.parse(control.printed()))).toEqual([EDITOR]);
  });
});

describe('apps add', () => {
  const answers = { 'POST /control/v1/apps': { app: EDITOR, key: KEY } };

  test('sends what was said and nothing else', async () => {
    const control = await startControl(answers);
    await addApp('My Editor', {});
    await addApp('My Editor', {
      id: 'ed',
      private: true,
      tracks: 'local',
      models: 'a, b',
      dayUsd: '1',
      monthUsd: '$20',
      requestUsd: '0.01',
    });
    expect(control.asked).toEqual([
      ['POST /control/v1/apps', { name: 'My Editor' }],
      [
        'POST /control/v1/apps',
        {
          name: 'My Editor',
          id: 'ed',
          private: true,
          tracks: ['local'],
          models: ['a', 'b'],
          budget: { dayUsd: 1, monthUsd: 20 },
          maxCostPerRequestUsd: 0.01,
        },
      ],
    ]);
  });

  test('prints the key with lines to copy for each kind of client', async () => {
    const control = await startControl(answers);
    await addApp('My Editor', {});
    const lines = control.printed().split('\n');
    expect(lines[0]).toBe(
      'Added My Editor (editor). It may use the local and the cloud track. At most $1.00 a day. At most $0.0100 a request.',
    );
    expect(lines).toContain(`  ${KEY}`);
    expect(lines).toContain(`  export OPENAI_BASE_URL=${control.url}/v1`);
    expect(lines).toContain(`  export OPENAI_API_KEY=${KEY}`);
    expect(lines).toContain(`  export ANTHROPIC_BASE_URL=${control.url}`);
    expect(lines).toContain(`  export ANTHROPIC_API_KEY=${KEY}`);
    expect(lines).toContain(`  export OLLAMA_HOST=${control.url}`);
    expect(lines).toContain(`  header: authorization: Bearer ${KEY}`);
  });

  test('--json is what the contract says, the key included', async () => {
    const control = await startControl(answers);
    await addApp('My Editor', { json: true });
    expect(addedApp.parse(JSON.parse(control.printed()))).toEqual({ app: EDITOR, key: KEY });
  });

  test.each([
    [{ tracks: 'moon' }, '--tracks takes local, cloud or all, not "moon".'],
    [{ dayUsd: 'much' }, '--day-usd takes dollars such as 0.50, or "none", not "much".'],
    [{ monthUsd: '-1' }, '--month-usd takes dollars'],
    [{ requestUsd: ' ' }, '--request-usd takes dollars'],
  ])('%j is asked in a wrong way, and nothing is sent', async (options, words) => {
    const control = await startControl(answers);
    const refused = await addApp('x', options).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(CommandError);
    expect(refused).toMatchObject({ exitCode: 2, message: expect.stringContaining(words) as string });
    expect(control.asked).toEqual([]);
  });
});

describe('apps set', () => {
  const answers = { 'POST /control/v1/apps/notes': PRIVATE };

  test.each([
    [{ off: true }, { enabled: false }],
    [{ on: true }, { enabled: true }],
    [{ public: true }, { private: false }],
    [{ name: 'N' }, { name: 'N' }],
    [{ dayUsd: 'none' }, { budget: { dayUsd: null } }],
    [
      { tracks: 'all', models: 'all', requestUsd: 'none' },
      { tracks: null, models: null, maxCostPerRequestUsd: null },
    ],
  ])('%j changes %j', async (options, body) => {
    const control = await startControl(answers);
    await changeApp('notes', options);
    expect(control.asked).toEqual([['POST /control/v1/apps/notes', body]]);
  });

  test('says what holds from now on', async () => {
    const control = await startControl(answers);
    await changeApp('notes', { off: true });
    expect(control.printed()).toBe(
      'notes is changed. It is switched off. Everything it asks stays on this machine. It may use the local and the cloud track. It may use qwen3:8b, llama3.2:3b. At most $20.00 a month.',
    );
  });

  test('without anything to change is asked in a wrong way', async () => {
    await startControl(answers);
    await expect(changeApp('notes', {})).rejects.toMatchObject({ exitCode: 2 });
  });

  test('of an app that is not there says so', async () => {
    await startControl({});
    await expect(changeApp('gone', { on: true })).rejects.toThrow('There is no such thing.');
  });
});

test('apps remove makes the key worthless and says so', async () => {
  const control = await startControl({ 'DELETE /control/v1/apps/notes': { removed: true } });
  await removeApp('notes', {});
  expect(control.asked).toEqual([['DELETE /control/v1/apps/notes', null]]);
  expect(control.printed()).toBe('notes was removed; its key opens nothing any more.');
});
