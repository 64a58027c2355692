import { join } from 'node:path';
import { externalHosts, toExternalLink } from './external-links.ts';
import type { BridgeCalls } from './serve-ipc.ts';
import type { ShellOptions } from './shell-host.ts';
import { toShellView, type ShellBoard } from './shell-state.ts';

/** What the window may ask for, tray items and links alike: there is one way to do each thing. */
export function createWindowCalls(
  options: ShellOptions & {
    board: ShellBoard;
    startEngine: () => void;
    restartEngine: () => void;
    restartToUpdate: () => Promise<void>;
  },
): BridgeCalls {
  const { electron, host, board } = options;
  const hosts = externalHosts();
  return {
    connection: () => Promise.resolve(board.state.access),
    shell: () => Promise.resolve(toShellView(board.state)),
    async openExternal(address) {
      const link = toExternalLink(address, hosts);
      if (link === null) throw new Error('Links are opened to the known sites of providers only, over https.');
      await electron.shell.openExternal(link);
    },
    async openLogsFolder() {
      const problem = await electron.shell.openPath(join(host.dataFolder, 'logs'));
      if (problem !== '') throw new Error(`The logs folder could not be opened: ${problem}`);
    },
    // Since Electron 44 it is a promise.
    async copy(text) {
      await electron.clipboard.writeText(text);
    },
    startEngine() {
      options.startEngine();
      return Promise.resolve();
    },
    restartEngine() {
      options.restartEngine();
      return Promise.resolve();
    },
    restartToUpdate: options.restartToUpdate,
  };
}
