import type { SettingGroup } from '../../setting-words.ts';

export const limits = {
  title: 'Limits and times',
  text: 'Rarely in need of a change.',
  fields: {
    'gateway.maxBodyBytes': { label: 'Largest request', help: 'With its images.', unit: 'MB', scale: 1_048_576 },
    'gateway.maxConnections': { label: 'Connections at once', help: 'Further ones are refused.' },
    'limits.queueLength': { label: 'Requests in the queue', help: 'For each model; further ones are refused.' },
    'limits.queueWaitMs': {
      label: 'Longest wait in the queue',
      help: 'Then the request goes elsewhere, or is refused.',
      unit: 's',
      scale: 1_000,
    },
    'gateway.headersTimeoutMs': {
      label: 'Time for an app to begin its request',
      help: 'Its headers must be there by then.',
      unit: 's',
      scale: 1_000,
    },
    'gateway.requestTimeoutMs': {
      label: 'Time for an app to send its request',
      help: 'All of it must be there by then.',
      unit: 's',
      scale: 1_000,
    },
    'gateway.stalledReaderTimeoutMs': {
      label: 'Patience with an app that stops reading',
      help: 'Then its connection is cut.',
      unit: 's',
      scale: 1_000,
    },
    'timeouts.connectMs': {
      label: 'Time to connect to a provider',
      help: 'Then the next one is tried.',
      unit: 's',
      scale: 1_000,
    },
    'timeouts.firstContentLocalMs': {
      label: 'Time to the first word, local',
      help: 'It holds the loading of the model.',
      unit: 's',
      scale: 1_000,
    },
    'timeouts.firstContentCloudMs': {
      label: 'Time to the first word, cloud',
      help: 'Then the next one is tried.',
      unit: 's',
      scale: 1_000,
    },
    'timeouts.betweenContentMs': {
      label: 'Longest pause within an answer',
      help: 'Then the answer counts as broken off.',
      unit: 's',
      scale: 1_000,
    },
    'heartbeat.firstMs': {
      label: 'First sign of life',
      help: 'To an app that waits for a stream, so that it does not hang up.',
      unit: 's',
      scale: 1_000,
    },
    'heartbeat.everyMs': {
      label: 'Further signs of life every',
      help: 'While it goes on waiting.',
      unit: 's',
      scale: 1_000,
    },
  },
} as const satisfies SettingGroup;
