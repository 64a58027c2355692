import { contextBridge, ipcRenderer } from 'electron';
import type { Bridge } from '../../src-shared/bridge.ts';
import { ASK, PRELOAD_FACTS, TELL } from './ipc-channels.ts';

/** Transport only: what comes in is checked by the shell, what goes out never carries Electron's own objects. */

/** Listens without handing the event on: it would give the page a way to the sender. */
// What the shell sends on a channel is what the bridge promises there.
// eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters
function listen<Value>(channel: string, listener: (value: Value) => void): () => void {
  const hear = (_event: unknown, value: Value) => listener(value);
  ipcRenderer.on(channel, hear);
  return () => void ipcRenderer.off(channel, hear);
}

function fact(prefix: string): string {
  return process.argv.find((argument) => argument.startsWith(prefix))?.slice(prefix.length) ?? '';
}

const bridge: Bridge = {
  appVersion: fact(PRELOAD_FACTS.version),
  platform: fact(PRELOAD_FACTS.platform),
  connection: () => ipcRenderer.invoke(ASK.connection),
  onConnection: (listener) => listen(TELL.connection, listener),
  onNavigate: (listener) => listen(TELL.navigate, listener),
  openExternal: (url) => ipcRenderer.invoke(ASK.openExternal, url),
  openLogsFolder: () => ipcRenderer.invoke(ASK.openLogsFolder),
  copy: (text) => ipcRenderer.invoke(ASK.copy, text),
  shell: () => ipcRenderer.invoke(ASK.shell),
  onShell: (listener) => listen(TELL.shell, listener),
  startEngine: () => ipcRenderer.invoke(ASK.startEngine),
  restartEngine: () => ipcRenderer.invoke(ASK.restartEngine),
  restartToUpdate: () => ipcRenderer.invoke(ASK.restartToUpdate),
};

contextBridge.exposeInMainWorld('pointsman', bridge);
