import type { WebPreferences } from 'electron';
import type { SeenTray } from './tray-double.ts';

/** What a test may do to the application in its process. Each takes one text. */
export interface RemoteCalls {
  /** An item of the tray menu, by its id. */
  click: (id: string) => unknown;
  supply: (source: string) => unknown;
  /** Another event of `powerMonitor`. */
  power: (event: string) => unknown;
  /** Somebody starts it a second time with this argument. */
  secondInstance: (link: string) => unknown;
  /** In the window's page; the value must be plain data. */
  evaluate: (expression: string) => Promise<unknown>;
  closeWindow: () => unknown;
  look: () => Seen;
  quit: () => unknown;
}

/** What is to be seen of the application from outside. */
export interface Seen {
  /** Engines that run. */
  enginePids: number[];
  windows: number;
  isWindowVisible: boolean;
  isSandboxed: boolean;
  webPreferences: WebPreferences | null;
  links: string[];
  folders: string[];
  clipboard: string;
  notifications: { title: string; body: string }[];
  /** Addresses outside that the page asked for. */
  refused: string[];
  /** Errors on the page's console. */
  complaints: string[];
  permission: { checked: boolean; granted: boolean };
}

export interface ToShellProcess {
  id: number;
  call: keyof RemoteCalls;
  argument: string;
}

export type FromShell =
  { type: 'tray'; tray: SeenTray | null } | { type: 'answer'; id: number; value: unknown; problem: string | null };
