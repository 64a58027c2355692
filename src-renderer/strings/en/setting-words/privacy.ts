import type { SettingGroup } from '../../setting-words.ts';

export const privacy = {
  title: 'Privacy',
  text: 'What may leave this machine, and what may be kept on it.',
  fields: {
    'privacy.localOnly': {
      label: 'Local only',
      help: 'Nothing leaves this machine: the cloud is closed for every request, whatever it asks for.',
    },
    'privacy.keepPrompts.enabled': {
      label: 'Keep prompts and answers for a while',
      help: 'Encrypted, on this machine, so that local models can be tried on them. Switching it off erases what is kept.',
    },
    'privacy.keepPrompts.days': { label: 'Kept for', help: 'Then each is erased.', unit: 'days' },
    'privacy.keepPrompts.megabytes': {
      label: 'Room for kept prompts',
      help: 'When it is full, the oldest go first.',
      unit: 'MB',
    },
    'privacy.keepPrompts.private': {
      label: 'Keep private requests, too',
      help: 'They are judged on this machine only.',
    },
    'images.fetchRemote': {
      label: 'Fetch images for requests',
      help: 'When a request names an image by its address and the chosen model needs the picture itself.',
    },
  },
} as const satisfies SettingGroup;
