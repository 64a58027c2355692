import { describe, expect, test } from 'vitest';
import { addApp, appView, changeApp, type AddApp } from '../../../src-shared/money.ts';
import type { AppSettings } from '../../../src-shared/settings.ts';
import { AppKeys } from '../../../src-main/engine/spend/app-keys.ts';
import { toAppView, withChangedApp, withNewApp, withoutApp } from '../../../src-main/engine/spend/manage-apps.ts';
import { systemRandom } from '../../../src-main/engine/system-ports.ts';

const PORTS = { random: systemRandom, nowMs: 1000 };

function added(input: AddApp, apps: readonly AppSettings[] = []) {
  const change = withNewApp(apps, addApp.parse(input), PORTS);
  if (!change.ok) throw new Error(change.sentence);
  const app = change.apps.at(-1);
  if (app === undefined) throw new Error('nothing was added');
  return { ...change, app };
}

describe('adding an app', () => {
  test('gives a key that opens, and keeps no more than its hash', () => {
    const { apps, app, value } = added({ name: 'My Editor' });
    expect(new AppKeys(apps).find(value.key)).toBe(app);
    expect(JSON.stringify(apps)).not.toContain(value.key.slice(3));
    expect(JSON.stringify(value.app)).not.toContain(app.keyHash);
  });

  test('without a word more lets it do everything', () => {
    expect(added({ name: 'My Editor' }).app).toEqual({
      id: 'my-editor',
      name: 'My Editor',
      keyHash: expect.any(String) as string,
      createdAtMs: 1000,
      enabled: true,
      tracks: null,
      models: null,
      private: false,
      budget: { dayUsd: null, monthUsd: null },
      maxCostPerRequestUsd: null,
    });
  });

  test('takes every permission that is given', () => {
    const permissions = {
      private: true,
      tracks: ['local' as const],
      models: ['qwen3:8b'],
      budget: { dayUsd: 1, monthUsd: 20 },
      maxCostPerRequestUsd: 0.01,
      enabled: false,
    };
    expect(added({ name: 'x', id: 'own-id', ...permissions }).app).toMatchObject({ id: 'own-id', ...permissions });
  });

  test.each([
    ['  Zed — Éditeur 2  ', 'zed-editeur-2'],
    ['a'.repeat(64), 'a'.repeat(40)],
  ])('makes of the name "%s" the id "%s"', (name, id) => {
    expect(added({ name }).app.id).toBe(id);
  });

  test('is refused when the id is taken or cannot be made', () => {
    const { apps } = added({ name: 'Editor' });
    const again = withNewApp(apps, { name: 'editor' }, PORTS);
    expect(again).toEqual({
      ok: false,
      sentence: expect.stringContaining('There is an app "editor" already') as string,
    });
    expect(withNewApp([], { name: '編集' }, PORTS)).toMatchObject({ ok: false });
  });
});

describe('changing an app', () => {
  const { apps, app } = added({
    name: 'Editor',
    budget: { dayUsd: 1, monthUsd: 20 },
    tracks: ['local'],
    private: true,
  });

  test('changes what is given and leaves all else, limits one by one', () => {
    const change = withChangedApp(apps, 'editor', changeApp.parse({ budget: { dayUsd: 2 } }));
    expect(change).toMatchObject({ ok: true, value: { ...app, budget: { dayUsd: 2, monthUsd: 20 } } });
  });

  test('takes a limit or a restriction away by null', () => {
    const change = withChangedApp(apps, 'editor', changeApp.parse({ tracks: null, budget: { monthUsd: null } }));
    expect(change).toMatchObject({ value: { tracks: null, private: true, budget: { dayUsd: 1, monthUsd: null } } });
  });

  test('leaves the others alone', () => {
    const two = added({ name: 'Other' }, apps);
    const change = withChangedApp(two.apps, 'editor', { enabled: false });
    expect(change.ok && change.apps.map(({ id, enabled }) => [id, enabled])).toEqual([
      ['editor', false],
      ['other', true],
    ]);
  });

  test('takes no field that is not one of its own', () => {
    expect(changeApp.safeParse({ keyHash: '0'.repeat(64) }).success).toBe(false);
    expect(addApp.safeParse({ name: 'x', createdAtMs: 1 }).success).toBe(false);
  });
});

test('removing an app makes its key nobody’s', () => {
  const { apps, value } = added({ name: 'Editor' });
  const change = withoutApp(apps, 'editor');
  expect(new AppKeys(change.ok ? change.apps : apps).find(value.key)).toBeNull();
});

test('an app that is not there can be neither changed nor removed', () => {
  const answer = { ok: false, sentence: 'There is no app "x": "pointsman apps" lists them.' };
  expect(withChangedApp([], 'x', {})).toEqual(answer);
  expect(withoutApp([], 'x')).toEqual(answer);
});

test('the view of an app has what it spent and fits the contract', () => {
  const { app } = added({ name: 'Editor' });
  const view = toAppView(app, (id) => (id === 'editor' ? { todayNanoUsd: 1, monthNanoUsd: 2 } : null));
  expect(appView.strict().parse(view)).toMatchObject({ id: 'editor', todayNanoUsd: 1, monthNanoUsd: 2 });
});
