import { z } from 'zod';
import type { Bridge } from '../../src-shared/bridge.ts';
import type { ElectronApi, IpcEvent } from './electron-api.ts';
import { ASK } from './ipc-channels.ts';
import { isOwnPage } from './own-page.ts';

/** The calls of the bridge that the shell answers. */
export type BridgeCalls = Pick<Bridge, keyof typeof ASK>;

const LONGEST_COPY = 1_000_000;
const nothing = z.tuple([]);

/**
 * Answers the window: only the main frame of our own page, and only what fits. `isOurs`: is it the window that we made?
 * Anything else throws, which the caller sees as a rejection.
 */
export function serveIpc(options: {
  ipcMain: ElectronApi['ipcMain'];
  calls: BridgeCalls;
  isOurs: (contentsId: number) => boolean;
}): void {
  const { ipcMain, calls } = options;
  const handle = <Input extends z.ZodType>(
    name: keyof typeof ASK,
    input: Input,
    run: (args: z.output<Input>) => Promise<unknown>,
  ): void =>
    ipcMain.handle(ASK[name], (event, ...args) => {
      checkSender(event, options.isOurs);
      const parsed = input.safeParse(args);
      if (parsed.success) return run(parsed.data);
      throw new Error(`${ASK[name]} was called with arguments that it does not take.`);
    });
  handle('connection', nothing, () => calls.connection());
  handle('shell', nothing, () => calls.shell());
  handle('openExternal', z.tuple([z.string().max(2_048)]), ([url]) => calls.openExternal(url));
  handle('openLogsFolder', nothing, () => calls.openLogsFolder());
  handle('copy', z.tuple([z.string().max(LONGEST_COPY)]), ([text]) => calls.copy(text));
  handle('startEngine', nothing, () => calls.startEngine());
  handle('restartEngine', nothing, () => calls.restartEngine());
  handle('restartToUpdate', nothing, () => calls.restartToUpdate());
}

function checkSender({ sender, senderFrame }: IpcEvent, isOurs: (contentsId: number) => boolean): void {
  const isMainFrame = senderFrame !== null && senderFrame.parent === null;
  if (isMainFrame && isOwnPage(senderFrame.url) && isOurs(sender.id)) return;
  throw new Error('Only the page of Pointsman’s own window is answered.');
}
