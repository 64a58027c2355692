import type { ElectronApi, IpcEvent } from '../../../src-main/desktop/electron-api.ts';

type Handler = Parameters<ElectronApi['ipcMain']['handle']>[1];

/** `ipcMain`: one handler for each channel, as Electron has it. */
export class IpcMainDouble {
  readonly #handlers = new Map<string, Handler>();

  handle(channel: string, listener: Handler): void {
    if (this.#handlers.has(channel)) throw new Error(`There is a second handler for '${channel}'`);
    this.#handlers.set(channel, listener);
  }

  /** A call of `ipcRenderer.invoke`: rejects with what the handler throws. */
  async invoke(event: IpcEvent, channel: string, args: readonly unknown[]): Promise<unknown> {
    const handler = this.#handlers.get(channel);
    if (handler === undefined) throw new Error(`No handler registered for '${channel}'`);
    return await handler(event, ...args);
  }

  get channels(): string[] {
    return [...this.#handlers.keys()];
  }
}
