import { join } from 'node:path';
import { LINK_SCHEME, parseDeepLink, viewOfArguments } from './deep-link.ts';
import type { ElectronApi } from './electron-api.ts';
import { allowsPermission } from './allows-permission.ts';
import { PAGE_SCHEME } from './own-page.ts';
import { Shell } from './shell.ts';
import type { ShellOptions } from './shell-host.ts';

/** Starts the desktop application, or hands over to the one that runs already and ends. */
export function startShell(options: ShellOptions): void {
  const { electron, host } = options;
  const { app } = electron;
  // The lock is per folder, so that a second data folder may have a Pointsman of its own.
  app.setPath('userData', join(host.dataFolder, 'desktop'));
  if (!app.requestSingleInstanceLock()) {
    app.quit();
    return;
  }
  prepareApp(options);
  const shell = new Shell(options);
  followApp(options, shell);
  void app.whenReady().then(async () => {
    protectSession(electron);
    await shell.begin(viewOfArguments(host.argv));
  });
}

/** What Electron wants to be told before it is ready. */
function prepareApp({ electron, host }: ShellOptions): void {
  const { app, protocol, Menu } = electron;
  app.enableSandbox();
  protocol.registerSchemesAsPrivileged([
    { scheme: PAGE_SCHEME, privileges: { standard: true, secure: true, supportFetchAPI: true, codeCache: true } },
  ]);
  if (host.platform === 'darwin') app.setActivationPolicy('accessory');
  else Menu.setApplicationMenu(null);
  if (host.platform === 'win32') app.setAppUserModelId('app.pointsman.desktop');
  if (app.isPackaged) app.setAsDefaultProtocolClient(LINK_SCHEME);
}

/** What comes from the system: starts, links, windows, processes, the end. All of it may be hostile but the end. */
function followApp({ electron: { app } }: ShellOptions, shell: Shell): void {
  app.on('second-instance', (_event, argv) => shell.open(viewOfArguments(argv)));
  app.on('open-url', (event, url) => {
    event.preventDefault();
    shell.open(parseDeepLink(url));
  });
  app.on('activate', () => shell.open(null));
  // The tray stays when the window goes.
  app.on('window-all-closed', () => undefined);
  app.on('web-contents-created', (_event, contents) => shell.guard(contents));
  app.on('child-process-gone', (_event, details) => shell.processGone(details));
  app.on('before-quit', (event) => {
    if (!shell.mayEnd()) event.preventDefault();
  });
}

function protectSession({ session: { defaultSession } }: ElectronApi): void {
  defaultSession.setPermissionRequestHandler((contents, permission, callback, { isMainFrame, requestingUrl }) => {
    const page = requestingUrl ?? contents.getURL();
    callback(allowsPermission({ permission, page, isMainFrame: isMainFrame ?? false }));
  });
  defaultSession.setPermissionCheckHandler((_contents, permission, page, { isMainFrame }) =>
    allowsPermission({ permission, page, isMainFrame }),
  );
  defaultSession.setDevicePermissionHandler(() => false);
}
