import type { SettingGroup } from '../../setting-words.ts';

export const application = {
  title: 'Application',
  text: 'Tray, window and log. Without the desktop application the first four do nothing.',
  fields: {
    'desktop.startAtLogin': {
      label: 'Start when you sign in',
      help: 'So that your apps always find Pointsman.',
    },
    'desktop.openWindowAtStart': {
      label: 'Open the window at the start',
      help: 'Off: only the tray icon shows up when it starts by itself.',
    },
    'desktop.notifications': {
      label: 'Notifications',
      help: 'Budgets that run low, providers that fail, an update that is ready.',
    },
    'desktop.updates': {
      label: 'Updates',
      help: 'An update never interrupts: it is installed at the next quit.',
      options: { automatic: 'Download, install at quit', ask: 'Only tell me', off: 'Never look' },
    },
    'log.level': {
      label: 'Log',
      help: 'How much is written down of what happens. Content and keys never are.',
      options: { debug: 'Everything', info: 'What matters', warn: 'Warnings and errors', error: 'Errors only' },
    },
    'log.file': {
      label: 'Keep the log in files',
      help: 'In the folder “logs” of the data folder. The desktop application always does.',
    },
    'setup.done': {
      label: 'The first run is over',
      help: 'Switch it off to be led through the first steps again.',
      isProgress: true,
    },
  },
} as const satisfies SettingGroup;
