import type { SettingGroup } from '../../setting-words.ts';

export const models = {
  title: 'Models',
  text: 'Ollama, and which models answer to which names. Cloud providers are added under Models.',
  fields: {
    'ollama.enabled': { label: 'Use Ollama', help: 'The local track, as far as Ollama serves it.' },
    'ollama.baseUrl': {
      label: 'Ollama’s address',
      help: 'Where Ollama listens.',
      empty: 'OLLAMA_HOST, or http://127.0.0.1:11434',
    },
    'ollama.watchIntervalMs': {
      label: 'Look at Ollama every',
      help: 'For its models, and for what it has in memory.',
      unit: 's',
      scale: 1_000,
    },
    'models.preferredLocal': {
      label: 'Local models to choose from',
      help: 'One a line as PROVIDER/MODEL, best first. Empty: all of them.',
    },
    'models.preferredCloud': {
      label: 'Cloud models to choose from',
      help: 'One a line as PROVIDER/MODEL, best first. Empty: all of them.',
    },
    'models.substitutions': {
      label: 'Stand-ins',
      help: 'Names that apps insist on, answered by another model, such as gpt-4o by ollama/qwen3:8b.',
      columns: { key: 'Asked for', value: 'Answered by' },
    },
  },
} as const satisfies SettingGroup;
