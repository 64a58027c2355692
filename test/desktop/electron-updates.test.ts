import { EventEmitter } from 'node:events';
import type { AppUpdater } from 'electron-updater';
import { expect, it } from 'vitest';
import { createElectronUpdates } from '../../src-main/desktop/electron-updates.ts';
import type { UpdateEvent } from '../../src-main/desktop/update-port.ts';

/** As much of electron-updater as is used. */
class UpdaterDouble extends EventEmitter {
  autoDownload = true;
  autoInstallOnAppQuit = true;
  logger: unknown = console;
  readonly asked: string[] = [];

  checkForUpdates(): Promise<null> {
    this.asked.push('check');
    return Promise.resolve(null);
  }

  downloadUpdate(): Promise<string[]> {
    this.asked.push('download');
    return Promise.resolve([]);
  }

  quitAndInstall(isSilent: boolean, isForceRunAfter: boolean): void {
    this.asked.push(`install ${isSilent} ${isForceRunAfter}`);
  }
}

function open(
  changes: { isPackaged?: boolean; platform?: NodeJS.Platform; environment?: Record<string, string> } = {},
) {
  const updater = new UpdaterDouble();
  const events: UpdateEvent[] = [];
  let loads = 0;
  const port = createElectronUpdates({
    isPackaged: true,
    platform: 'linux',
    environment: { APPIMAGE: '/opt/Pointsman.AppImage' },
    program: '/nowhere',
    resourcesFolder: '/nowhere',
    load: () => {
      loads += 1;
      return Promise.resolve(updater as unknown as AppUpdater);
    },
    ...changes,
  });
  port.onEvent((event) => events.push(event));
  return { port, updater, events, loads: () => loads };
}

it('is loaded when updates are first looked for, once, and downloads nothing by itself', async () => {
  const { port, updater, loads } = open();
  port.installAtQuit(false);
  expect(loads()).toBe(0);
  await port.check();
  await port.check();
  expect([loads(), updater.autoDownload, updater.autoInstallOnAppQuit, updater.asked]).toEqual([
    1,
    false,
    false,
    ['check', 'check'],
  ]);
});

it('tells what is found, and installs only what is downloaded', async () => {
  const { port, updater, events } = open();
  await port.check();
  port.installNow();
  updater.emit('update-available', { version: '2.0.0' });
  await port.download();
  updater.emit('update-downloaded', { version: '2.0.0' });
  updater.emit('update-not-available', {});
  updater.emit('error', new Error('no network'));
  expect(events).toEqual([
    { kind: 'available', version: '2.0.0' },
    { kind: 'ready', version: '2.0.0' },
    { kind: 'none' },
    { kind: 'failed' },
  ]);
  expect(updater.asked).toEqual(['check', 'download']);
  port.installNow();
  expect(updater.asked.at(-1)).toBe('install true true');
});

it('says why a copy cannot update itself', async () => {
  expect(await open({ isPackaged: false }).port.whyNot()).toMatchObject({ state: 'off' });
  expect(await open({ platform: 'win32' }).port.whyNot()).toMatchObject({ state: 'unsigned' });
  expect(await open().port.whyNot()).toBeNull();
});

it('leaves what a package manager installed to the package manager', () => {
  expect(open({ environment: {} }).port.canInstall).toBe(false);
  expect([open().port.canInstall, open({ platform: 'win32', environment: {} }).port.canInstall]).toEqual([true, true]);
});
