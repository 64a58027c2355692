import { DOCKER_NOTE, type Guide } from './guide.ts';

export const EVERYDAY_GUIDES: readonly Guide[] = [
  // https://github.com/logancyang/obsidian-copilot/blob/master/docs/llm-providers.md, 2026-11-21
  {
    id: 'obsidian',
    name: 'Obsidian (Copilot)',
    group: 'everyday',
    steps: [
      {
        text: 'In Settings, Copilot, add a model of your own (in version 4: BYOK, Add a provider) and take the OpenAI format. Base URL:',
        code: ({ openai }) => openai,
      },
      { text: 'API key:', code: ({ key }) => key },
      { text: 'Model name:', code: ({ model }) => model },
    ],
    notes: ['Leave its CORS switch off: Obsidian may call Pointsman as it is, and answers can stream.'],
  },
  // https://www.raycast.com/ernest0n/raycast-ai-custom-providers, 2026-11-21
  {
    id: 'raycast',
    name: 'Raycast',
    group: 'everyday',
    steps: [
      { text: 'Open Settings, then AI, and switch on Custom Providers.' },
      {
        text: 'Add this provider:',
        file: '~/.config/raycast/ai/providers.yaml',
        code: ({ openai, key, model }) => `providers:
  - id: pointsman
    name: Pointsman
    base_url: ${openai}
    api_keys:
      pointsman: ${key}
    models:
      - id: ${model}
        name: Pointsman
        provider: pointsman
        context: 128000
        abilities:
          temperature:
            supported: true
          tools:
            supported: true`,
      },
    ],
  },
  // https://docs.n8n.io/integrations/builtin/cluster-nodes/sub-nodes/n8n-nodes-langchain.lmchatopenai, 2026-11-21
  {
    id: 'n8n',
    name: 'n8n',
    group: 'everyday',
    steps: [
      { text: 'Create an OpenAI credential. Base URL:', code: ({ openai }) => openai },
      { text: 'API key:', code: ({ key }) => key },
      { text: 'Use it in an OpenAI Chat Model node, with the model given by its ID:', code: ({ model }) => model },
    ],
    notes: [DOCKER_NOTE],
  },
];
