import type { SettingGroup } from '../../setting-words.ts';
import { jobNames } from '../job-names.ts';

export const background = {
  title: 'Background work',
  text: 'What is done while nobody needs the machine. What it does now is told in the Background view.',
  fields: {
    'background.enabled': { label: 'Work in the background', help: 'Off: no job runs, and nothing is due.' },
    'background.level': {
      label: 'How often',
      help: 'Oftener finds changes sooner and draws more electricity.',
      options: { conservative: 'Weekly', balanced: 'Daily', aggressive: 'Hourly' },
    },
    'background.off': {
      label: 'Jobs that are switched off',
      help: 'Each can be switched in the Background view, too.',
      options: jobNames,
    },
    'background.usdPerDay': {
      label: 'It may spend in a day',
      help: 'At cloud providers, all jobs together. 0: nothing.',
      unit: 'USD',
    },
    'background.dailySummary': {
      label: 'Tell what was done',
      help: 'Once a day at most: what was done while nobody was there.',
    },
    'background.shadow.promptsPerRun': {
      label: 'Kept prompts tried in one run',
      help: 'More of them make the estimate surer, and the run longer.',
    },
    'background.shadow.judge': {
      label: 'Local judge',
      help: 'PROVIDER/MODEL on this machine that compares answers.',
      empty: 'the largest that fits',
    },
    'background.shadow.cloudJudge': {
      label: 'Cloud judge',
      help: 'PROVIDER/MODEL that may compare what no local one can, within the money for a day. Never private requests.',
      empty: 'none',
    },
    'background.keyDays': {
      label: 'Replace keys after',
      help: 'Then you are reminded to take a new one.',
      unit: 'days',
    },
  },
} as const satisfies SettingGroup;

export const upkeep = {
  title: 'Upkeep',
  text: 'How much is kept, and for how long.',
  fields: {
    'upkeep.recordDays': {
      label: 'Keep requests for',
      help: 'Older ones are removed with their decisions; sums of days stay.',
      unit: 'days',
      empty: 'for ever',
    },
    'upkeep.databaseMegabytes': {
      label: 'Room for the database',
      help: 'When it is full, the oldest requests go.',
      unit: 'MB',
    },
    'upkeep.backups': { label: 'Backups kept', help: 'Copies of settings and what was learned.' },
  },
} as const satisfies SettingGroup;
