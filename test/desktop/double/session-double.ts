import type { ShellSession } from '../../../src-main/desktop/electron-api.ts';

type RequestHandler = Parameters<ShellSession['setPermissionRequestHandler']>[0];
type CheckHandler = Parameters<ShellSession['setPermissionCheckHandler']>[0];

/** The default session's permissions: without handlers Electron grants nearly everything, and so does this. */
export class SessionDouble implements ShellSession {
  #request: RequestHandler | null = null;
  #check: CheckHandler | null = null;
  #device: (() => boolean) | null = null;

  setPermissionRequestHandler(handler: RequestHandler): void {
    this.#request = handler;
  }

  setPermissionCheckHandler(handler: CheckHandler): void {
    this.#check = handler;
  }

  setDevicePermissionHandler(handler: () => boolean): void {
    this.#device = handler;
  }

  /** A page asks for a permission: what the two handlers say. */
  ask(permission: string, page: string, isMainFrame = true): { checked: boolean; granted: boolean } {
    let granted = true;
    const details = { requestingUrl: page, isMainFrame };
    this.#request?.({ getURL: () => page }, permission, (answer) => (granted = answer), details);
    const checked = this.#check?.(null, permission, page, { isMainFrame }) ?? true;
    return { checked, granted };
  }

  askDevice(): boolean {
    return this.#device?.() ?? true;
  }
}
