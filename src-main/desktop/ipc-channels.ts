/** What window and shell call each other by. The preload carries this file and nothing else of the shell. */
export const ASK = {
  connection: 'pointsman:connection',
  shell: 'pointsman:shell',
  openExternal: 'pointsman:open-external',
  openLogsFolder: 'pointsman:open-logs-folder',
  copy: 'pointsman:copy',
  startEngine: 'pointsman:start-engine',
  restartEngine: 'pointsman:restart-engine',
  restartToUpdate: 'pointsman:restart-to-update',
} as const;

export const TELL = {
  connection: 'pointsman:connection-changed',
  shell: 'pointsman:shell-changed',
  navigate: 'pointsman:navigate',
} as const;

/** How the shell hands version and system to the preload, which may ask nobody before the page runs. */
export const PRELOAD_FACTS = { version: '--pointsman-version=', platform: '--pointsman-platform=' } as const;
