import type { ViewName } from '../../src-shared/bridge.ts';
import type { Notice } from '../../src-shared/house.ts';
import type { Log } from '../engine/ports.ts';
import type { ElectronApi, ShellNotification } from './electron-api.ts';
import { parseView } from './parse-view.ts';

export interface NotifierOptions {
  electron: Pick<ElectronApi, 'Notification'>;
  log: Log;
  /** `desktop.notifications`. */
  isWanted: () => boolean;
  /** The person looks at the window, which shows notices itself. */
  isWatched: () => boolean;
  open: (view: ViewName) => void;
  /** The system does not show it (an unsigned build on macOS, no notification service): the window and the tray must. */
  fallBack: (notice: Notice) => void;
}

/** Electron forgets notifications that nobody holds, and their clicks with them. */
const MOST_HELD = 20;

/** Shows notices as notifications of the system, or hands them on to where they are seen. */
export class Notifier {
  readonly #options: NotifierOptions;
  readonly #held: ShellNotification[] = [];

  constructor(options: NotifierOptions) {
    this.#options = options;
  }

  tell(notice: Notice): void {
    const { electron, log, isWanted, isWatched, open, fallBack } = this.#options;
    if (!isWanted() || isWatched()) return;
    if (!electron.Notification.isSupported()) {
      fallBack(notice);
      return;
    }
    const shown = new electron.Notification({ title: notice.title, body: notice.text });
    shown.on('click', () => open(parseView(notice.view) ?? 'overview'));
    shown.on('failed', () => {
      log.warn({ id: notice.id }, 'the system did not show a notification');
      fallBack(notice);
    });
    this.#held.push(shown);
    if (this.#held.length > MOST_HELD) this.#held.shift();
    shown.show();
  }
}
