import {
  app,
  BrowserWindow,
  clipboard,
  ipcMain,
  Menu,
  nativeTheme,
  Notification,
  powerMonitor,
  protocol,
  safeStorage,
  screen,
  session,
  shell,
  Tray,
  utilityProcess,
} from 'electron';
import type { ElectronApi } from './electron-api.ts';
import { createHost } from './create-host.ts';
import { startShell } from './start-shell.ts';

const electron: ElectronApi = {
  app,
  BrowserWindow,
  clipboard,
  ipcMain,
  Menu,
  nativeTheme,
  Notification,
  powerMonitor,
  protocol,
  safeStorage,
  screen,
  session,
  shell,
  Tray,
  utilityProcess,
};

startShell({ electron, host: createHost({ isPackaged: app.isPackaged, appPath: app.getAppPath() }) });
