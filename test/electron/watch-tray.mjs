/**
 * The main file of the tests in real Electron: it keeps the tray's menu where they find it, because a tray has no page to
 * look into, and then starts the built application that the last argument names.
 */
import { pathToFileURL } from 'node:url';
import { Tray } from 'electron';

const setContextMenu = Tray.prototype.setContextMenu;
Tray.prototype.setContextMenu = function (menu) {
  globalThis.trayMenu = menu;
  setContextMenu.call(this, menu);
};
await import(pathToFileURL(process.env.POINTSMAN_MAIN).href);
