import { plural } from '../../plural.ts';

/** Kept prompts and backups. */
export const keeping = {
  kept: {
    title: 'Kept prompts',
    text: 'To find out which requests your own models could have answered, past ones have to be tried again. That needs your consent.',
    consent: 'Keep prompts and answers for a while',
    consentHelp: 'Off unless you switch it on. You can take it back at any time.',
    points: {
      what: [
        'What',
        'What your apps ask from then on, and the answers they get. Left out: what is private, unless you allow that, too; what seems to hold a key, a password or a bank or card number; what is very large; and what an app asks not to be stored.',
      ],
      where: ['Where', 'In Pointsman’s data folder on this machine, encrypted. The key is kept apart from it.'],
      until: [
        'Until when',
        'Each is erased by itself after the days that you set, the oldest also when room runs out.',
      ],
      purpose: [
        'What for',
        'Local models answer them again while the machine is idle, and the answers are compared. A cloud model judges only if you name one; private ones never leave this machine.',
      ],
      erase: [
        'How to erase',
        'Under Background: all of them, or a single one. Withdrawing consent erases everything at once.',
      ],
    } as Readonly<Record<string, readonly [string, string]>>,
    settings: 'Days, room and private requests',
    since: (time: string) => `agreed ${time}`,
    facts: {
      count: 'Kept now',
      size: 'Size',
      oldest: 'Oldest',
      nextEnd: 'Next one erased',
      keyIn: 'Key to them',
    },
    none: 'none',
    withdrawTitle: 'Stop keeping prompts?',
    withdrawText: (count: number) =>
      count === 0
        ? 'Nothing is kept from now on.'
        : plural(count, {
            one: 'The # kept prompt is erased at once, with what jobs learned of it. It cannot be undone.',
            other: 'All # kept prompts are erased at once, with what jobs learned of them. It cannot be undone.',
          }),
    withdraw: 'Stop and erase',
    given: 'Prompts are kept from now on.',
    withdrawn: 'Nothing is kept any longer, and what was kept is erased.',
    erase: 'Erase all…',
    eraseTitle: 'Erase all kept prompts?',
    eraseText:
      'They are removed at once, with what jobs learned of them. New ones are kept all the same, as long as you agree.',
    eraseConfirm: 'Erase them',
    erased: 'All kept prompts are erased.',
  },
  backups: {
    title: 'Backups',
    text: 'Copies of your settings and of what was learned. Keys, prompts and records are not in them.',
    make: 'Make one now',
    made: 'A copy was made.',
    none: 'There is no copy yet',
    noneText: 'One is made by itself every so often, or now if you like.',
    columns: { time: 'Made', size: 'Size', version: 'Version', parts: 'Holds', state: 'State', action: 'Restore' },
    intact: 'Intact',
    damaged: 'Damaged',
    restore: 'Restore…',
    restoreThis: (time: string) => `Restore the copy of ${time}`,
    restoreTitle: (time: string) => `Restore the copy of ${time}?`,
    restoreText:
      'Settings and what was learned become what they were then. What changed since is lost; keys and records stay as they are.',
    restoreConfirm: 'Restore it',
    restored: 'The copy was restored.',
    keptAsIs: (names: string) => `As they were, because the copy would keep less private: ${names}.`,
    pendingRestart: (names: string) => `From the next start on: ${names}.`,
  },
} as const;
