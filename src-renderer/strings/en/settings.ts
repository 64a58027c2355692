import { plural } from '../plural.ts';
import type { SettingGroup } from '../setting-words.ts';
import { access } from './setting-words/access.ts';
import { application } from './setting-words/application.ts';
import { background, upkeep } from './setting-words/background.ts';
import { limits } from './setting-words/limits.ts';
import { gate, machine } from './setting-words/machine.ts';
import { models } from './setting-words/models.ts';
import { money } from './setting-words/money.ts';
import { optimizer, preferences } from './setting-words/optimizer.ts';
import { privacy } from './setting-words/privacy.ts';

/** Every setting, in the order in which the view shows them. */
const groups: Readonly<Record<string, SettingGroup>> = {
  application,
  access,
  privacy,
  models,
  optimizer,
  preferences,
  money,
  machine,
  gate,
  background,
  upkeep,
  limits,
};

export const settings = {
  text: 'Changes hold at once and can be taken back. Providers are kept under Models, programs under Apps.',
  groups,
  search: 'Search the settings',
  searchHint: 'Search, such as “port” or “budget”',
  found: (count: number) => plural(count, { one: '# setting', other: '# settings' }),
  noMatch: 'No setting is called that',
  noMatchText: 'Try another word, or clear the search to see them all.',
  clear: 'Clear the search',
  jump: 'Groups of settings',
  default: (text: string) => `Default: ${text}`,
  reset: 'Reset',
  resetThis: (label: string) => `Reset: ${label}`,
  resetGroup: 'Reset these',
  resetGroupThis: (title: string) => `Reset these: ${title}`,
  saved: (label: string) => `${label}: saved`,
  resetDone: (label: string) => `${label}: back to the default`,
  undo: 'Undo',
  undone: (label: string) => `${label}: as it was`,
  failed: 'That could not be saved',
  waits: 'from the next start on',
  pending: 'These hold from the next start of Pointsman on:',
  pendingHelp: 'Quit it from the tray and start it again, or stop and start “pointsman serve”.',
  pendingHere: 'Answers under way are broken off; the new engine is there in a few seconds.',
  restartEngine: 'Restart the engine',
  house: 'This installation',
  views: { models: 'Providers and models', apps: 'Apps and their keys' },
  values: {
    on: 'on',
    off: 'off',
    none: 'none',
    entries: (count: number) => plural(count, { one: '# entry', other: '# entries' }),
  },
  add: 'Add',
  removeRow: (name: string) => `Remove ${name === '' ? 'this line' : name}`,
  incomplete: 'A line without its first field is not saved yet.',
  together: 'It is saved when every field is filled in, or none.',
  twice: (name: string) => `“${name}” is there twice.`,
  problems: {
    number: 'A number is needed.',
    whole: 'A whole number is needed.',
    atLeast: (limit: string) => `At least ${limit}.`,
    atMost: (limit: string) => `At most ${limit}.`,
    empty: 'This must not be empty.',
    url: 'An address that begins with http:// or https:// is needed.',
    entry: (place: number, problem: string) => `Line ${place}: ${problem}`,
  },
  move: {
    title: 'Take the settings elsewhere',
    text: 'A file with all settings, providers and apps, without any key.',
    export: 'Export',
    import: 'Import…',
    file: 'File with exported settings',
    fileName: (day: string) => `pointsman-settings-${day}.json`,
    exported: 'Exported',
    exportedText: (name: string) => `Saved as ${name} where your browser keeps downloads.`,
    noJson: 'This file is not JSON, so it is no export of Pointsman.',
    noExport: (why: string) => `This file is no export of Pointsman: ${why}`,
    confirmTitle: 'Take over these settings?',
    confirmText: (time: string, version: string) =>
      `Exported ${time} by version ${version}. They replace all settings here, providers and apps included. Keys stay where they are.`,
    confirm: 'Take over',
    done: 'The settings were taken over.',
    missingKeys: 'Keys are never exported. These need theirs here:',
    pending: 'These hold from the next start on:',
    failed: 'Nothing was taken over',
  },
  token: {
    title: 'Control token',
    text: 'Proves to the engine that pages, tray and command line are yours. Replace it if somebody may have seen it.',
    rotate: 'Replace the token',
    confirmTitle: 'Replace the control token?',
    confirmText:
      'The old one ends at once: other open pages are signed out. This page, the tray and the command line go on.',
    done: 'The control token was replaced.',
  },
  erase: {
    title: 'Forget everything recorded',
    text: 'All requests, what was spent, and what was learned. Settings and keys stay.',
    start: 'Erase all records…',
    dialogTitle: 'Erase all records?',
    dialogText: 'This cannot be undone. Budgets begin at zero, and the optimizer begins to learn anew.',
    type: (word: string) => `Type “${word}” to go on`,
    word: 'erase',
    confirm: 'Erase',
    done: 'All records are erased.',
  },
  hosts: {
    title: 'Hosts that may be called',
    text: 'Nothing else is ever called. There is no telemetry.',
    columns: { host: 'Host', purpose: 'What for', where: 'Where' },
    any: 'any',
    near: 'this machine or network',
    far: 'internet',
    none: 'None: nothing is configured yet.',
  },
  about: {
    title: 'About',
    version: 'Version',
    appVersion: 'Application',
    since: 'Running since',
    addresses: 'Addresses',
    dataFolder: 'Data folder',
    secrets: 'Keys',
    update: 'Updates',
    startAtLogin: 'Start at sign-in',
    startAtLoginStates: {
      on: 'on',
      off: 'off',
      requires_approval: 'waits for your consent in the system’s settings',
      unknown: 'cannot be found out on this system',
    },
    restart: 'Restart to update',
  },
} as const;
