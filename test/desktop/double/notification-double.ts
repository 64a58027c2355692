import { EventEmitter } from 'node:events';
import type { NotificationConstructorOptions } from 'electron';
import type { ShellNotification } from '../../../src-main/desktop/electron-api.ts';

/** `Notification`: `show` succeeds, or fails as on macOS for a program that nobody signed. */
export class NotificationDouble extends EventEmitter implements ShellNotification {
  readonly title: string;
  readonly body: string;
  readonly #show: (notification: NotificationDouble) => void;

  constructor(options: NotificationConstructorOptions, show: (notification: NotificationDouble) => void) {
    super();
    this.title = options.title ?? '';
    this.body = options.body ?? '';
    this.#show = show;
  }

  show(): void {
    this.#show(this);
  }
}
