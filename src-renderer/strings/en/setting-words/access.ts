import type { SettingGroup } from '../../setting-words.ts';

export const access = {
  title: 'Address and access',
  text: 'Where apps find Pointsman, and who may ask it.',
  fields: {
    'gateway.host': {
      label: 'Listens at',
      help: '127.0.0.1 is this machine alone. 0.0.0.0 opens it to everybody in your network: then require keys.',
    },
    'gateway.port': { label: 'Port', help: 'Part of the address that apps are given. 0 takes any free one.' },
    'gateway.ollamaPlace.enabled': {
      label: 'Answer in Ollama’s place, too',
      help: 'For apps that know only Ollama’s usual port. Ollama itself must then listen elsewhere.',
    },
    'gateway.ollamaPlace.port': { label: 'Port in Ollama’s place', help: 'Ollama’s usual one is 11434.' },
    'gateway.allowedHosts': {
      label: 'Further host names',
      help: 'Names by which this machine may be called besides localhost, one a line, exact, without port.',
    },
    'gateway.allowedOrigins': {
      label: 'Further web pages',
      help: 'Origins that may call from a browser, such as https://chat.example.org, one a line, exact.',
    },
    'access.requireKeys': {
      label: 'Only apps with a key',
      help: 'Requests without a key made under Apps are refused.',
    },
  },
} as const satisfies SettingGroup;
