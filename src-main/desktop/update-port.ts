/** What the shell asks of the updater; `electron-updates.ts` is the real one. */
export interface UpdatePort {
  /** Why this copy cannot update itself, for the person; null: it can. */
  whyNot(): Promise<{ state: 'off' | 'unsigned'; sentence: string } | null>;
  /** Can it install by itself? A package of the system's package manager is only told of. */
  readonly canInstall: boolean;
  /** Looks for a new version; what is found comes as events. Rejects when it cannot look. */
  check(): Promise<void>;
  download(): Promise<void>;
  /** Install what is downloaded at the next quit, without asking? */
  installAtQuit(on: boolean): void;
  /** Quits, installs and starts again. */
  installNow(): void;
  onEvent(listener: (event: UpdateEvent) => void): void;
}

export type UpdateEvent =
  { kind: 'available'; version: string } | { kind: 'none' } | { kind: 'ready'; version: string } | { kind: 'failed' };
