import type { ChromiumPages } from './chromium-pages.ts';
import type { ElectronDouble } from './electron-double.ts';
import { ChromiumContent } from './chromium-pages.ts';
import type { FromShell, RemoteCalls, ToShellProcess } from './remote.ts';

/** Lets the process that started us look at the double and act on it, through the channel between the two. */
export function serveRemote(double: ElectronDouble, pages: ChromiumPages): void {
  const say = (message: FromShell) => process.send?.(message);
  double.onTray(() => say({ type: 'tray', tray: double.tray?.seen() ?? null }));
  const calls = remoteCalls(double, pages);
  const answer = async ({ call, argument }: ToShellProcess): Promise<unknown> => await calls[call](argument);
  process.on('message', (message: ToShellProcess) => {
    const { id } = message;
    answer(message).then(
      (value) => say({ type: 'answer', id, value, problem: null }),
      (error: unknown) => say({ type: 'answer', id, value: null, problem: String(error) }),
    );
  });
}

function remoteCalls(double: ElectronDouble, pages: ChromiumPages): RemoteCalls {
  const page = () => {
    const content = double.window?.webContents.content;
    if (content instanceof ChromiumContent) return content.page;
    throw new Error('There is no window.');
  };
  return {
    click: (id) => double.tray?.click(id),
    supply: (source) => double.powerMonitor.playSupply(source === 'battery' ? 'battery' : 'ac'),
    power: (event) => double.powerMonitor.emit(event),
    secondInstance: (link) => double.app.emit('second-instance', {}, ['pointsman', link]),
    evaluate: async (expression) => (await page()).evaluate<unknown>(expression),
    closeWindow: () => double.window?.close(),
    look: () => ({
      enginePids: double.processes.map(({ pid }) => pid).filter((pid) => pid !== undefined),
      windows: double.windows.filter((window) => !window.isDestroyed()).length,
      isWindowVisible: double.window?.isVisible() ?? false,
      isSandboxed: double.app.isSandboxed,
      webPreferences: double.window?.options.webPreferences ?? null,
      links: double.openedLinks,
      folders: double.openedFolders,
      clipboard: double.clipboard,
      notifications: double.notifications.map(({ title, body }) => ({ title, body })),
      refused: pages.refused,
      complaints: pages.complaints,
      permission: double.session.ask('media', 'app://pointsman/'),
    }),
    quit: () => double.app.quit(),
  };
}
