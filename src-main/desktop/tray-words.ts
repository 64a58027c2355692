import type { Strategy } from '../../src-shared/strategy.ts';

/** Every word that the tray says, in one place. */
export const TRAY_WORDS = {
  starting: 'Starting…',
  restarting: 'The engine ended unexpectedly and is being started again.',
  stopping: 'Stopping…',
  failed: 'The engine does not run.',
  startAgain: 'Start again',
  strategy: 'Strategy',
  strategies: {
    balanced: 'Balanced',
    latency_focused: 'Fast',
    resource_efficient: 'Light on the machine',
    quality_focused: 'Best answers',
    cost_focused: 'Cheap',
    adaptive: 'Adaptive',
  } satisfies Record<Strategy, string>,
  actsAs: (label: string, now: string) => `${label} (now: ${now})`,
  pause: 'Pause optimizing',
  pauseFor: { hour: 'For 1 hour', tomorrow: 'Until tomorrow', resumed: 'Until I resume' },
  pauseFlat: {
    hour: 'Pause optimizing for 1 hour',
    tomorrow: 'Pause optimizing until tomorrow',
    resumed: 'Pause optimizing until I resume',
  },
  resume: (until: string | null) =>
    until === null ? 'Resume optimizing' : `Resume optimizing (paused until ${until})`,
  localOnly: 'Local only: nothing leaves this machine',
  today: (spent: string, saved: string | null) =>
    saved === null ? `Today: ${spent} spent` : `Today: ${spent} spent, about ${saved} saved`,
  atLeast: (spent: string) => `at least ${spent}`,
  copyAddress: (address: string) => `Copy address ${address}`,
  unload: 'Unload models',
  unloadCount: (count: number) => `Unload models (${count} in memory)`,
  open: 'Open Pointsman',
  settings: 'Settings…',
  logs: 'Show logs',
  downloadUpdate: (version: string) => `Download update ${version}`,
  restartToUpdate: (version: string) => `Restart to update to ${version}`,
  rebuild: 'Rebuild this menu',
  quit: 'Quit Pointsman',
  quitNow: 'Quit now, without waiting',
} as const;
