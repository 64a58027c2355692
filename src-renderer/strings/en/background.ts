import { plural } from '../plural.ts';
import { backgroundNow } from './background/now.ts';
import { keeping } from './background/keeping.ts';
import { local } from './background/local.ts';
import { speed } from './background/speed.ts';
import { jobNames } from './job-names.ts';

export const background = {
  text: 'What Pointsman does while nobody needs the machine, what it found, and what it cost.',
  settings: 'How often, and what it may spend',
  pagesLabel: 'Parts of this view',
  pages: {
    now: 'Now',
    local: 'Could stay local',
    speed: 'Models and providers',
    history: 'History',
    keeping: 'Prompts and backups',
  },
  jobs: jobNames,
  failed: 'That did not work',
  ...backgroundNow,
  history: {
    title: 'What was run',
    text: 'Every run that ended, with what it found and what it cost.',
    job: 'Job',
    all: 'All jobs',
    none: 'Nothing was run yet',
    noneText: 'Work begins when every condition holds: most machines get there within the first night.',
    noneOfJob: 'This job was not run yet.',
    more: 'Show older ones',
    columns: {
      ended: 'Ended',
      job: 'Job',
      outcome: 'Outcome',
      found: 'Found',
      took: 'Took',
      money: 'Money',
      energy: 'Energy',
    },
    nothingFound: 'nothing to tell',
    states: { waiting: 'Waits', running: 'At work', done: 'Done', failed: 'Failed', cancelled: 'Cancelled' },
    triggers: { schedule: 'by its schedule', person: 'by you', event: 'because something changed' },
    details: {
      begun: 'Begun',
      trigger: 'Started',
      steps: 'Steps',
      preemptions: 'Gave way',
      retries: 'Failed tries',
    },
    preemptions: (count: number) => plural(count, { one: '# time', other: '# times' }),
    steps: (done: string, total: string | null) => (total === null ? done : `${done} of ${total}`),
  },
  local,
  speed,
  ...keeping,
} as const;
