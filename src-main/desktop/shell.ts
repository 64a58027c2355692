import { join } from 'node:path';
import type { ViewName } from '../../src-shared/bridge.ts';
import type { Notice } from '../../src-shared/house.ts';
import { actOnTray } from './act-on-tray.ts';
import { createControlClient } from './control-client.ts';
import type { ProcessGone, ShellContents } from './electron-api.ts';
import { ENGINE_NAME } from './engine-process.ts';
import { guardContents } from './guard-contents.ts';
import { TELL } from './ipc-channels.ts';
import type { KeychainState } from './keychain.ts';
import { PAGE_SCHEME } from './own-page.ts';
import { serveIpc, type BridgeCalls } from './serve-ipc.ts';
import { createPagesHandler } from './serve-pages.ts';
import type { ShellOptions } from './shell-host.ts';
import { shellNotice } from './shell-notice.ts';
import { createParts, type ShellParts } from './shell-parts.ts';
import { ShellBoard, toShellView, type ShellState } from './shell-state.ts';
import type { TrayAction } from './tray-action.ts';
import { createWindowCalls } from './window-calls.ts';

/** So long the engine may take to unload, write down and end before it is ended. */
const STOP_GRACE_MS = 10_000;
const MOST_NOTICES = 5;

/** The application around the engine: its parts, each following the one state. */
export class Shell {
  readonly #options: ShellOptions;
  readonly #board = new ShellBoard();
  readonly #parts: ShellParts;
  readonly #calls: BridgeCalls;
  readonly #act: (action: TrayAction) => Promise<void>;
  #isSetUp = true;
  #end: 'not yet' | 'under way' | 'done' = 'not yet';
  #whenStarted: () => void = () => undefined;
  /** Asked for before the start was over; null: nothing was. */
  #wanted: { view: ViewName | null } | null = null;
  #isBegun = false;

  constructor(options: ShellOptions) {
    this.#options = options;
    this.#parts = createParts({
      ...options,
      board: this.#board,
      act: (action) => void this.#click(action),
      open: (view) => this.open(view),
      onSettings: ({ desktop, setupDone }) => {
        this.#isSetUp = setupDone;
        this.#board.change({ startAtLogin: this.#parts.logins.follow(desktop.startAtLogin) });
        void this.#parts.updates.follow(desktop.updates);
      },
      onVisibility: () => this.#attended(),
      keepNotice: (notice) => this.#keep(notice),
    });
    const startEngine = () => this.#parts.link.supervisor.start();
    const restartEngine = () => this.#parts.link.supervisor.restart(STOP_GRACE_MS);
    const restartToUpdate = () => this.#restartToUpdate();
    this.#calls = createWindowCalls({ ...options, board: this.#board, startEngine, restartEngine, restartToUpdate });
    this.#act = this.#createActor({ startEngine, restartToUpdate });
  }

  /** Once, when Electron is ready. `view`: asked for on the command line. */
  async begin(view: ViewName | null): Promise<void> {
    const { electron, host } = this.#options;
    const { link, window, keys, power } = this.#parts;
    this.#board.onChange((state, before) => this.#follow(state, before));
    const address = () => link.address;
    electron.protocol.handle(PAGE_SCHEME, createPagesHandler({ root: join(host.distFolder, 'pages'), address }));
    serveIpc({ ipcMain: electron.ipcMain, calls: this.#calls, isOurs: (id) => window.isOurs(id) });
    const isTrayVisible = await this.#showTray();
    this.#tellSecrets(await keys.inspectSoon((state) => this.#tellSecrets(state)));
    power.start();
    const started = new Promise<void>((resolve) => (this.#whenStarted = resolve));
    link.supervisor.start();
    await started;
    this.#isBegun = true;
    if (this.#end !== 'not yet') return;
    const wanted = this.#wanted ?? (view === null ? null : { view });
    if (wanted !== null) window.open(wanted.view);
    else if (!isTrayVisible || this.#isWindowDue()) window.open(null);
  }

  /** Opens the window, at a view if one is given. Before the start is over it is remembered. */
  open(view: ViewName | null): void {
    if (this.#isBegun) this.#parts.window.open(view);
    else this.#wanted = { view: view ?? this.#wanted?.view ?? null };
  }

  guard(contents: ShellContents): void {
    guardContents(contents, (address) => void this.#calls.openExternal(address).catch(() => undefined));
  }

  /** An engine that could not even be launched ends without an `exit`. */
  processGone({ name, reason, exitCode }: ProcessGone): void {
    this.#options.host.log.info({ name, reason, exitCode }, 'a process of the application has ended');
    if (name === ENGINE_NAME && reason === 'launch-failed') this.#parts.link.supervisor.launchFailed();
  }

  /** True when nothing is left to end. Otherwise ends it all and quits then; a second wish does not wait any more. */
  mayEnd(): boolean {
    if (this.#end === 'done') return true;
    void this.#stop().then(() => this.#options.electron.app.quit());
    return false;
  }

  async #stop(): Promise<void> {
    const { power, updates, link, window, tray } = this.#parts;
    const graceMs = this.#end === 'not yet' ? STOP_GRACE_MS : 0;
    this.#end = 'under way';
    power.stop();
    updates.stop();
    await link.supervisor.stop(graceMs);
    window.end();
    tray.hide();
    this.#end = 'done';
    this.#whenStarted();
  }

  #follow(state: ShellState, before: ShellState): void {
    const { tray, window, power } = this.#parts;
    tray.draw();
    window.send(TELL.shell, toShellView(state));
    if (JSON.stringify(state.access) !== JSON.stringify(before.access)) window.send(TELL.connection, state.access);
    if (state.status?.gate.open !== before.status?.gate.open) power.pushNow();
    const { phase, problem } = state.engine;
    if (phase === 'failed' && before.engine.phase !== 'failed') {
      this.#tell({ level: 'error', title: 'The engine does not run', text: problem ?? '' });
    }
    if (state.update.state === 'available' && before.update.state !== 'available') {
      this.#tell({ level: 'info', title: 'Pointsman can be updated', text: state.update.sentence });
    }
    if (phase === 'failed' || state.access !== null) this.#whenStarted();
  }

  /** At login the person may want the tray only; whoever starts it by hand, or for the first time, wants to see it. */
  #isWindowDue(): boolean {
    const { desktop, engine } = this.#board.state;
    if (!this.#parts.login.startedBySystem()) return true;
    return !this.#isSetUp || (desktop.openWindowAtStart && engine.phase !== 'failed');
  }

  /** False: it is certain that nobody can see it. */
  async #showTray(): Promise<boolean> {
    const { host } = this.#options;
    const { tray } = this.#parts;
    try {
      tray.show();
    } catch (error) {
      host.log.warn({ error }, 'there is no place for a tray icon');
      return false;
    }
    const visible = host.platform === 'linux' ? await host.hasTrayHost() : tray.isVisible();
    if (visible !== false) return true;
    host.log.warn({}, 'the tray icon cannot be seen: start Pointsman again to get its window');
    return false;
  }

  #tellSecrets({ kind, sentence }: KeychainState): void {
    this.#board.change({ secrets: { protected: kind === 'strong', sentence } });
  }

  #attended(): void {
    const { window, power } = this.#parts;
    if (!window.isVisible) this.#board.change({ notices: [] });
    power.pushNow();
  }

  #keep({ id, level, title, text, view }: Notice): void {
    const notices = [...this.#board.state.notices, { id, level, title, text, view }];
    this.#board.change({ notices: notices.slice(-MOST_NOTICES) });
  }

  #tell(news: { level: Notice['level']; title: string; text: string }): void {
    this.#parts.notifier.tell(shellNotice({ ...news, nowMs: this.#options.host.clock.nowMs() }));
  }

  async #click(action: TrayAction): Promise<void> {
    try {
      await this.#act(action);
    } catch (error) {
      this.#tell({ level: 'error', title: 'That did not work', text: error instanceof Error ? error.message : '' });
    }
    // The system has ticked what was clicked, whether or not it came true.
    this.#parts.tray.drawAnew();
  }

  #createActor(own: { startEngine: () => void; restartToUpdate: () => Promise<void> }) {
    const { electron, host } = this.#options;
    const actor = {
      ...own,
      call: createControlClient({ access: () => this.#board.state.access, fetch: host.fetch }),
      nowMs: () => host.clock.nowMs(),
      address: () => this.#board.state.status?.address ?? this.#board.state.access?.address ?? null,
      copy: (text: string) => this.#calls.copy(text),
      open: (view: ViewName | null) => this.open(view),
      showLogs: () => this.#calls.openLogsFolder(),
      downloadUpdate: () => this.#parts.updates.download(),
      rebuildTray: () => this.#parts.tray.rebuild(),
      quit: () => electron.app.quit(),
    };
    return (action: TrayAction) => actOnTray(action, actor);
  }

  /** The engine ends first, in order: the installer waits for nobody. */
  async #restartToUpdate(): Promise<void> {
    const { updates } = this.#parts;
    if (!updates.isReady || this.#end !== 'not yet') return;
    await this.#stop();
    updates.installNow();
  }
}
