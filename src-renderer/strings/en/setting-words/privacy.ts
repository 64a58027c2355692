import type { SettingGroup } from '../../setting-words.ts';

export const privacy = {
  title: 'Privacy',
  text: 'What may leave this machine.',
  fields: {
    'privacy.localOnly': {
      label: 'Local only',
      help: 'Nothing leaves this machine: the cloud is closed for every request, whatever it asks for.',
    },
    'images.fetchRemote': {
      label: 'Fetch images for requests',
      help: 'When a request names an image by its address and the chosen model needs the picture itself.',
    },
  },
} as const satisfies SettingGroup;
