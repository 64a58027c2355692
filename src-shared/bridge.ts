/** What the desktop's preload gives to the pages in its window, as `window.pointsman`. In a browser there is none. */

/** The views that a link, the tray or a notice may lead to; nothing else is ever navigated to. */
export const VIEW_NAMES = [
  'overview',
  'requests',
  'models',
  'apps',
  'spend',
  'machine',
  'optimizer',
  'background',
  'settings',
  'logs',
] as const;
export type ViewName = (typeof VIEW_NAMES)[number];

/** Where the engine listens, and the control token that it answers to. */
export interface Access {
  /** Base URL without a slash at its end, `http://127.0.0.1:8400`. */
  address: string;
  token: string;
}

export interface Bridge {
  appVersion: string;
  /** Node's name of the system: `darwin`, `win32`, `linux`. */
  platform: string;
  /** null: the engine is not running now; `onConnection` tells when it is. */
  connection(): Promise<Access | null>;
  /** Told at every start and end of the engine, and when its token is replaced. Returns the way to stop listening. */
  onConnection(listener: (access: Access | null) => void): () => void;
  /** Told when the tray, a link or a notice asks for a view. */
  onNavigate(listener: (view: ViewName) => void): () => void;
  /** In the system's browser; anything but https is refused. */
  openExternal(url: string): Promise<void>;
  openLogsFolder(): Promise<void>;
  /** Puts text on the clipboard. */
  copy(text: string): Promise<void>;
  /** The application around the engine, as it is now. */
  shell(): Promise<ShellView>;
  /** Told at every change of it. Returns the way to stop listening. */
  onShell(listener: (view: ShellView) => void): () => void;
  /** Starts an engine that has failed again. */
  startEngine(): Promise<void>;
  /** Ends the engine in order and starts another: for settings that hold from the next start on. */
  restartEngine(): Promise<void>;
  /** Stops, installs the downloaded update, starts again. Nothing happens while none is there. */
  restartToUpdate(): Promise<void>;
}

/** What only the desktop application knows. */
export interface ShellView {
  engine: 'starting' | 'running' | 'restarting' | 'failed' | 'stopping';
  /** Why the engine does not run and what to do; null: nothing is wrong. */
  problem: string | null;
  /** `requires_approval`: macOS waits for the person's consent in its settings; `unknown`: it cannot be found out. */
  startAtLogin: 'on' | 'off' | 'requires_approval' | 'unknown';
  update: {
    state: 'off' | 'unsigned' | 'none' | 'checking' | 'available' | 'downloading' | 'ready' | 'failed';
    /** The new one; null: there is none. */
    version: string | null;
    /** For the person. */
    sentence: string;
  };
  /** How keys are kept; `protected` false: in a file that only this person can read, because there is no keychain. */
  secrets: { protected: boolean; sentence: string };
  /** What the system would not show as a notification: the page shows it instead. Newest last. */
  notices: { id: string; level: 'info' | 'warning' | 'error'; title: string; text: string; view: string | null }[];
}
