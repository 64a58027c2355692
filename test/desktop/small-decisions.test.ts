import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it, onTestFinished } from 'vitest';
import { isSigned } from '../../src-main/desktop/is-signed.ts';
import { openShellLog } from '../../src-main/desktop/open-shell-log.ts';
import { pauseEndMs } from '../../src-main/desktop/tray-action.ts';
import { hasTrayHost } from '../../src-main/desktop/tray-host.ts';
import { chooseWindowPlace, SMALLEST } from '../../src-main/desktop/window-place.ts';

describe('a pause', () => {
  const night = new Date(2026, 10, 21, 23, 50).getTime();

  it('of an hour is an hour, and without an end has none', () => {
    expect([pauseEndMs('hour', night), pauseEndMs('resumed', night)]).toEqual([night + 3_600_000, null]);
  });

  it('until tomorrow ends in the morning, also when it is nearly tomorrow', () => {
    expect(pauseEndMs('tomorrow', night)).toBe(new Date(2026, 10, 22, 6).getTime());
    expect(pauseEndMs('tomorrow', new Date(2026, 10, 21, 9).getTime())).toBe(new Date(2026, 10, 22, 6).getTime());
  });
});

describe('the place of the window', () => {
  const screen = { x: 0, y: 25, width: 1_920, height: 1_055 };
  const second = { x: 1_920, y: 0, width: 1_280, height: 1_024 };

  it('is where it was, on whichever screen', () => {
    for (const place of [
      { x: 100, y: 100, width: 900, height: 700 },
      { x: 2_000, y: 50, width: 900, height: 700 },
    ]) {
      expect(chooseWindowPlace(place, [screen, second])).toEqual(place);
    }
  });

  it.each([
    ['its screen is gone', { x: 2_000, y: 50, width: 900, height: 700 }],
    ['its title bar is above the screen', { x: 100, y: -200, width: 900, height: 700 }],
    ['only a corner of it is left', { x: 1_900, y: 100, width: 900, height: 700 }],
    ['only its far end would fit a smaller screen', { x: -2_400, y: 100, width: 2_600, height: 700 }],
    ['it hangs below the screen', { x: 100, y: 1_079, width: 900, height: 700 }],
  ])('is in the middle when %s', (_why, place) => {
    expect(chooseWindowPlace(place, [screen])).toEqual({ width: Math.min(place.width, screen.width), height: 700 });
  });

  it('is in the middle at first', () => {
    expect(chooseWindowPlace(null, [screen])).toEqual({ width: 1_180, height: 780 });
    expect(chooseWindowPlace(null, [])).toEqual({ width: 1_180, height: 780 });
  });

  it('always leaves something to hold on to, and is never too small', () => {
    const length = fc.integer({ min: 1, max: 5_000 });
    const edge = fc.integer({ min: -5_000, max: 5_000 });
    const place = fc.record({ x: edge, y: edge, width: length, height: length });
    const area = fc.record({
      x: edge,
      y: edge,
      width: fc.integer({ min: 640, max: 5_000 }),
      height: fc.integer({ min: 480, max: 3_000 }),
    });
    fc.assert(
      fc.property(place, fc.array(area, { minLength: 1, maxLength: 3 }), (saved, areas) => {
        const { x, y, width, height } = chooseWindowPlace(saved, areas);
        const isReachable =
          x === undefined ||
          y === undefined ||
          areas.some(
            (each) => y >= each.y && y < each.y + each.height && x < each.x + each.width && x + width > each.x,
          );
        return isReachable && width >= SMALLEST.width && height >= SMALLEST.height;
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('the shell’s log', () => {
  it('of an installed application is a file for its owner alone, begun anew when it is large', () => {
    const folder = mkdtempSync(join(tmpdir(), 'pointsman-log-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const file = join(folder, 'logs', 'desktop.log');
    mkdirSync(join(folder, 'logs'));
    writeFileSync(file, 'x'.repeat(1024 * 1024 + 1));
    openShellLog({ folder }).warn({ token: 'secret' }, 'something happened');
    expect(readFileSync(file, 'utf8')).toMatch(/something happened/);
    expect(readFileSync(file, 'utf8')).not.toContain('secret');
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(statSync(join(folder, 'logs', 'desktop.1.log')).size).toBe(1024 * 1024 + 1);
  });
});

describe('a signature', () => {
  it('on Windows is there when the builder has named the publisher', async () => {
    const resourcesFolder = mkdtempSync(join(tmpdir(), 'pointsman-resources-'));
    onTestFinished(() => rmSync(resourcesFolder, { recursive: true }));
    const ask = () => isSigned({ platform: 'win32', program: 'pointsman.exe', resourcesFolder });
    expect(await ask()).toBe(false);
    writeFileSync(join(resourcesFolder, 'app-update.yml'), 'provider: github\n');
    expect(await ask()).toBe(false);
    writeFileSync(join(resourcesFolder, 'app-update.yml'), 'provider: github\npublisherName:\n  - Pointsman\n');
    expect(await ask()).toBe(true);
  });

  it('is not asked for on Linux, and is none on macOS when nothing can be said of it', async () => {
    const options = { program: '/nowhere/pointsman', resourcesFolder: '/nowhere' };
    expect(await isSigned({ ...options, platform: 'linux' })).toBeNull();
    expect(await isSigned({ ...options, platform: 'darwin' })).toBe(false);
  });
});

it('whether somebody shows tray icons is unknown without a session bus, and nothing breaks', async () => {
  expect([true, false, null]).toContain(await hasTrayHost());
});
