import { mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, onTestFinished, test } from 'vitest';
import { BackupShelf } from '../../../../src-main/engine/jobs/backup/backup-shelf.ts';
import { createBackupJob } from '../../../../src-main/engine/jobs/backup/create-backup-job.ts';
import { toCopy } from '../../../../src-main/engine/jobs/backup/plan-restore.ts';
import {
  restoreBackup,
  type LearnedState,
  type RestoreParts,
} from '../../../../src-main/engine/jobs/backup/restore-backup.ts';
import { openStore, type Store } from '../../../../src-main/engine/store/open-store.ts';
import { settings as settingsSchema, type Settings } from '../../../../src-shared/settings.ts';
import { ManualClock } from '../../../support/manual-clock.ts';
import { SilentLog } from '../../../support/silent-log.ts';
import { makeFolder } from '../../store/support.ts';
import { runJob } from '../upkeep/run-job.ts';

interface Shelf {
  folder: string;
  clock: ManualClock;
  store: Store;
  shelf: BackupShelf;
  settings: Settings;
  changes: number;
  /** What a restoring took over, in memory. */
  takenOver: LearnedState[];
  restoring: RestoreParts;
  save(name: string, bytes: Uint8Array): Promise<void>;
}

/** A real data folder whose settings are a plain value. */
function openShelf(given: Record<string, unknown> = {}): Shelf {
  const [folder, clock] = [makeFolder(), new ManualClock()];
  const opened = openStore({
    ...{ folder, clock, log: new SilentLog(), platform: process.platform },
    random: { bytes: (count) => new Uint8Array(count).fill(7) },
  });
  if (!opened.ok) throw new Error(opened.message);
  const { store } = opened;
  onTestFinished(() => store.close());
  const open: Shelf = {
    ...{ folder, clock, store, changes: 0, takenOver: [] },
    settings: settingsSchema.parse(given),
    shelf: new BackupShelf({
      ...{ clock, folder, version: '1.2.3' },
      settingsText: () => JSON.stringify(toCopy(open.settings)),
      most: () => open.settings.upkeep.backups,
      step: (step) => store.upkeep.step(step),
      onChange: () => void (open.changes += 1),
    }),
    get restoring(): RestoreParts {
      return {
        shelf: open.shelf,
        settings: () => open.settings,
        adopt: (next) => Promise.resolve(void (open.settings = next)),
        pendingRestart: () => [],
        learner: {
          check: () => [],
          takeOver: (states) => void (open.takenOver = [...states]),
          save: (state) => store.states.saveState(state),
        },
      };
    },
    async save(name, bytes) {
      expect(await store.states.saveState({ name, version: 1, bytes })).toEqual({ ok: true });
    },
  };
  return open;
}

async function made({ shelf }: Shelf): Promise<string> {
  const backup = await shelf.make();
  if (!backup.ok) throw new Error(backup.sentence);
  return backup.view.id;
}

const fileOf = ({ folder }: Shelf, id: string) => join(folder, 'backups', `${id}.backup`);

describe('a backup', () => {
  test('is one file for its owner alone, with settings and what was learned, told with its parts', async () => {
    const open = openShelf();
    await open.save('quality', new Uint8Array([1, 2, 3]));
    const id = await made(open);
    expect(id).toBe('20261121T120000000Z');
    expect(statSync(fileOf(open, id)).mode & 0o777).toBe(0o600);
    expect(readdirSync(join(open.folder, 'backups'))).toEqual([`${id}.backup`]);
    expect(await open.shelf.list()).toEqual([
      {
        id,
        atMs: open.clock.nowMs(),
        bytes: statSync(fileOf(open, id)).size,
        version: '1.2.3',
        intact: true,
        parts: ['settings', 'learned: quality'],
      },
    ]);
    expect(open.changes).toBe(1);
  });

  test('holds no user and password of an address, and none of the prompts that are kept', async () => {
    const baseUrl = 'https://anna:geheim@models.example/v1';
    const provider = { id: 'up', name: 'Up', kind: 'openai', track: 'cloud', baseUrl };
    const open = openShelf({
      providers: [provider],
      ollama: { baseUrl: 'http://anna:geheim@near.local:11434' },
      prices: { source: { url: 'https://anna:geheim@prices.example/p.json', publicKey: `${'A'.repeat(43)}=` } },
    });
    const content = readFileSync(fileOf(open, await made(open)), 'latin1');
    expect(content).toContain('https://models.example/v1');
    expect(content).not.toMatch(/geheim|anna/);
  });

  test('is only made when something has changed since the last', async () => {
    const open = openShelf();
    const first = await made(open);
    open.clock.jump(60_000);
    expect(await open.shelf.make()).toMatchObject({ ok: true, isNew: false, view: { id: first } });
    await open.save('quality', new Uint8Array([1]));
    const second = await made(open);
    open.settings = settingsSchema.parse({ upkeep: { backups: 5 } });
    open.clock.jump(1);
    const third = await made(open);
    expect((await open.shelf.list()).map(({ id }) => id)).toEqual([third, second, first]);
  });

  test('has a name of its own also when the clock stands still', async () => {
    const open = openShelf();
    const ids = [];
    for (const byte of [1, 2, 3]) {
      await open.save('quality', new Uint8Array([byte]));
      ids.push(await made(open));
    }
    expect(new Set(ids).size).toBe(3);
    expect((await open.shelf.list()).map(({ id }) => id)).toEqual(ids.reverse());
  });

  test('of which any byte was changed, or the end is missing, is damaged and refused', async () => {
    const open = openShelf();
    await open.save('quality', new Uint8Array(300).fill(9));
    const id = await made(open);
    const content = readFileSync(fileOf(open, id));
    const before = open.settings;
    await fc.assert(
      fc.asyncProperty(
        fc.nat(content.length - 1),
        fc.integer({ min: 1, max: 255 }),
        fc.boolean(),
        async (at, change, cut) => {
          const other = cut ? content.subarray(0, at) : Buffer.from(content);
          if (!cut) other.writeUInt8((other[at] ?? 0) ^ change, at);
          writeFileSync(fileOf(open, id), other);
          const [found] = await open.shelf.list();
          expect(found?.intact).toBe(false);
          expect(await restoreBackup(id, open.restoring)).toMatchObject({ ok: false });
          expect(open.settings).toBe(before);
          expect(open.takenOver).toEqual([]);
        },
      ),
      { numRuns: 150 },
    );
  }, 30_000);

  test('that cannot be written is told with the reason, and leaves nothing half done', async () => {
    const open = openShelf();
    writeFileSync(join(open.folder, 'backups'), 'in the way');
    const ran = await runJob(createBackupJob(open.shelf));
    expect(ran.findings.get('not-made')).toMatchObject({ severity: 'high' });
    expect(ran.found).toMatch(/^No backup could be made in .*backups\./);
  });
});

describe('the job', () => {
  test('keeps as many intact ones as are wanted, and damaged ones do not count', async () => {
    const open = openShelf({ upkeep: { backups: 3 } });
    const ids: string[] = [];
    for (let day = 0; day < 5; day++) {
      await open.save('quality', new Uint8Array([day]));
      expect((await runJob(createBackupJob(open.shelf))).found).toBe('Made a backup of settings and what was learned.');
      ids.push((await open.shelf.list())[0]?.id ?? '');
      open.clock.jump(24 * 60 * 60 * 1000);
    }
    expect((await open.shelf.list()).map(({ id }) => id)).toEqual(ids.slice(2).reverse());
    writeFileSync(fileOf(open, ids[4] ?? ''), 'damaged');
    await open.save('quality', new Uint8Array([77]));
    await runJob(createBackupJob(open.shelf));
    const left = await open.shelf.list();
    expect(left.filter(({ intact }) => intact)).toHaveLength(3);
    expect(left.map(({ id }) => id)).toContain(ids[4]);
  });

  test('says so when nothing has changed', async () => {
    const open = openShelf();
    await runJob(createBackupJob(open.shelf));
    expect((await runJob(createBackupJob(open.shelf))).found).toBe('Nothing has changed since the last backup.');
    expect(open.changes).toBe(2 + 1);
  });
});

describe('restoring', () => {
  const state = fc.record({
    name: fc.constantFrom('quality', 'speeds', 'explorer'),
    bytes: fc.uint8Array({ maxLength: 2000 }),
  });
  const arbitrarySettings = fc
    .record({
      port: fc.integer({ min: 1, max: 65_535 }),
      strategy: fc.constantFrom('balanced', 'cost_focused', 'adaptive'),
      dayUsd: fc.option(fc.nat(100)),
      substitutions: fc.dictionary(fc.string({ minLength: 1, maxLength: 10 }), fc.string()),
      keyHash: fc.string({ unit: fc.constantFrom('0', '1', '7', '9', 'a', 'c', 'f'), minLength: 64, maxLength: 64 }),
    })
    .map(({ port, strategy, dayUsd, substitutions, keyHash }) =>
      settingsSchema.parse({
        gateway: { port },
        optimizer: { strategy },
        budgets: { total: { dayUsd } },
        models: { substitutions: JSON.parse(JSON.stringify(substitutions)) as Record<string, string> },
        apps: [{ id: 'editor', name: 'Editor', keyHash, createdAtMs: 1 }],
      }),
    );

  test('gives back exactly the settings and states that were, whatever came after', async () => {
    await fc.assert(
      fc.asyncProperty(
        arbitrarySettings,
        arbitrarySettings,
        fc.uniqueArray(state, { selector: ({ name }) => name, minLength: 1 }),
        async (before, after, states) => {
          const open = openShelf();
          open.settings = before;
          for (const { name, bytes } of states) await open.save(name, bytes);
          const id = await made(open);
          open.settings = after;
          for (const { name } of states) await open.save(name, new Uint8Array([255]));

          const outcome = await restoreBackup(id, open.restoring);

          expect(outcome).toEqual({ ok: true, restored: { done: true, keptAsIs: [], pendingRestart: [] } });
          expect(open.settings).toEqual(before);
          for (const { name, bytes } of states) {
            expect(open.store.states.readState(name)?.bytes).toEqual(Buffer.from(bytes));
            expect(open.takenOver.find((one) => one.name === name)?.bytes).toEqual(Buffer.from(bytes));
          }
        },
      ),
      { numRuns: 15 },
    );
  }, 60_000);

  test('backs up the present state first, so that it can be undone', async () => {
    const open = openShelf({ upkeep: { backups: 1 } });
    await open.save('quality', new Uint8Array([1]));
    const first = await made(open);
    open.settings = settingsSchema.parse({ upkeep: { backups: 1 }, budgets: { total: { dayUsd: 3 } } });
    await open.save('quality', new Uint8Array([2]));

    expect(await restoreBackup(first, open.restoring)).toMatchObject({ ok: true });

    const [present] = await open.shelf.list();
    expect(present?.id).not.toBe(first);
    expect(open.settings.budgets.total.dayUsd).toBeNull();
    expect(await restoreBackup(present?.id ?? '', open.restoring)).toMatchObject({ ok: true });
    expect(open.settings.budgets.total.dayUsd).toBe(3);
    expect(open.store.states.readState('quality')?.bytes).toEqual(Buffer.from([2]));
  });

  test('never makes anything less private than it is now, and says what it left', async () => {
    const app = { id: 'editor', name: 'Editor', keyHash: 'a'.repeat(64), createdAtMs: 1 };
    const provider = { id: 'up', name: 'Up', kind: 'openai', baseUrl: 'https://models.example/v1' };
    const open = openShelf({
      privacy: { keepPrompts: { enabled: true, private: true, days: 365 } },
      images: { fetchRemote: true },
      gateway: { host: '0.0.0.0' },
      apps: [app],
      providers: [{ ...provider, track: 'local' }],
    });
    const id = await made(open);
    const now = {
      privacy: { localOnly: true, keepPrompts: { enabled: false } },
      access: { requireKeys: true },
      apps: [{ ...app, private: true, tracks: ['local'], keyHash: 'b'.repeat(64) }],
      providers: [{ ...provider, baseUrl: 'https://anna:geheim@models.example/v1', track: 'cloud' }],
    };
    open.settings = settingsSchema.parse(now);

    const outcome = await restoreBackup(id, open.restoring);

    expect(outcome).toMatchObject({
      ok: true,
      restored: {
        keptAsIs: [
          'privacy.keepPrompts',
          'privacy.localOnly',
          'images.fetchRemote',
          'access.requireKeys',
          'gateway.host',
          'providers.up.track',
          'apps.editor.private',
          'apps.editor.tracks',
        ],
      },
    });
    // The key that the copy knows is the one that holds again.
    expect(open.settings).toEqual(
      settingsSchema.parse({ ...now, apps: [{ ...now.apps[0], keyHash: 'a'.repeat(64) }] }),
    );
  });

  test('changes nothing when what was learned cannot be read, or the present state cannot be backed up', async () => {
    const open = openShelf();
    await open.save('quality', new Uint8Array([1]));
    const id = await made(open);
    const before = (open.settings = settingsSchema.parse({ budgets: { total: { dayUsd: 3 } } }));
    const { restoring } = open;
    const unreadable = { ...restoring, learner: { ...restoring.learner, check: () => ['It is from the future.'] } };
    expect(await restoreBackup(id, unreadable)).toEqual({
      ok: false,
      code: 'unusable',
      sentence: 'It is from the future. Nothing was changed.',
    });
    const noCopy = Object.assign(Object.create(open.shelf) as BackupShelf, {
      read: (one: string) => open.shelf.read(one),
      make: () => Promise.resolve({ ok: false, sentence: 'The disk is full.' }),
    });
    expect(await restoreBackup(id, { ...restoring, shelf: noCopy })).toMatchObject({ ok: false, code: 'no_copy' });
    expect(open.settings).toBe(before);
    expect(open.takenOver).toEqual([]);
  });

  test.each(['', 'nothing', '../settings', '20261121T120000000Z/../../settings', '20990101T000000000Z'])(
    'of what is no backup (%j) is refused',
    async (id) => {
      const open = openShelf();
      mkdirSync(join(open.folder, 'backups'), { recursive: true });
      expect(await restoreBackup(id, open.restoring)).toMatchObject({ ok: false, code: 'not_found' });
    },
  );

  test('of one made by a newer version is refused and told', async () => {
    const open = openShelf();
    const id = await made(open);
    const content = readFileSync(fileOf(open, id), 'latin1').replace('pointsman-backup 1 ', 'pointsman-backup 2 ');
    writeFileSync(fileOf(open, id), content, 'latin1');
    expect(await restoreBackup(id, open.restoring)).toMatchObject({ ok: false, code: 'newer' });
  });
});
