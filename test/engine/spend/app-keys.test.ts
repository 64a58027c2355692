import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { AppKeys, createAppKey, hashAppKey } from '../../../src-main/engine/spend/app-keys.ts';
import { systemRandom } from '../../../src-main/engine/system-ports.ts';
import { appSettings, type AppSettings } from '../../../src-shared/settings.ts';

function makeApp(id: string, keyHash: string, more: Partial<AppSettings> = {}): AppSettings {
  return appSettings.parse({ id, name: id, keyHash, createdAtMs: 0, ...more });
}

describe('a new key', () => {
  test('is our prefix and 192 random bits', () => {
    const asked: number[] = [];
    const random = { bytes: (count: number) => (asked.push(count), new Uint8Array(count).fill(171)) };
    expect(createAppKey(random).key).toBe(`pm-${'ab'.repeat(24)}`);
    expect(asked).toEqual([24]);
  });

  test('is kept as its SHA-256 alone', () => {
    const { key, keyHash } = createAppKey(systemRandom);
    expect(keyHash).toBe(createHash('sha256').update(key).digest('hex'));
    expect(appSettings.shape.keyHash.safeParse(keyHash).success).toBe(true);
  });

  test('is another one each time', () => {
    const keys = Array.from({ length: 100 }, () => createAppKey(systemRandom).key);
    expect(new Set(keys).size).toBe(100);
  });
});

describe('looking up', () => {
  test('finds the app of each key, and nobody for anything near it', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.stringMatching(/^pm-[0-9a-f]{48}$/), { minLength: 1, maxLength: 8 }),
        fc.string(),
        (keys, other) => {
          const apps = keys.map((key, index) => makeApp(`app-${index}`, hashAppKey(key)));
          const found = new AppKeys(apps);
          keys.forEach((key, index) => {
            expect(found.find(key)).toBe(apps[index]);
            expect(found.find(key.slice(0, -1))).toBeNull();
            expect(found.find(`${key}0`)).toBeNull();
            expect(found.find(hashAppKey(key))).toBeNull();
          });
          if (!keys.includes(other)) expect(found.find(other)).toBeNull();
        },
      ),
    );
  });

  test('tells nothing of a key by its time: what is compared are digests, which agree in nothing for keys that differ in little', () => {
    // Keys that share all but their last digit: no prefix of one digest is a prefix of the other's.
    const [one, other] = [hashAppKey(`pm-${'0'.repeat(48)}`), hashAppKey(`pm-${'0'.repeat(47)}1`)];
    expect(one.slice(0, 2)).not.toBe(other.slice(0, 2));
  });

  test('also finds an app that is switched off, so that it can be told so', () => {
    expect(new AppKeys([makeApp('off', hashAppKey('pm-x'), { enabled: false })]).find('pm-x')?.id).toBe('off');
  });

  test('follows the settings', () => {
    const apps = new AppKeys([makeApp('one', hashAppKey('pm-1'))]);
    apps.update([makeApp('two', hashAppKey('pm-2'))]);
    expect([apps.find('pm-1'), apps.find('pm-2')?.id]).toEqual([null, 'two']);
    expect([apps.has('one'), apps.has('two')]).toEqual([false, true]);
  });
});
