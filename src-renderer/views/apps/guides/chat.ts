import { DOCKER_NOTE, type Guide } from './guide.ts';

export const CHAT_GUIDES: readonly Guide[] = [
  // https://docs.openwebui.com/getting-started/quick-start/connect-a-provider/starting-with-openai-compatible, 2026-11-21
  {
    id: 'open-webui',
    name: 'Open WebUI',
    group: 'chat',
    steps: [
      { text: 'Open Admin Settings, then Connections, and add a connection below “OpenAI API”.' },
      { text: 'Paste this as the URL:', code: ({ openai }) => openai },
      { text: 'And this as the key:', code: ({ key }) => key },
      { text: 'Save. Its models appear in the model menu, ours among them:', code: ({ model }) => model },
    ],
    notes: [DOCKER_NOTE],
  },
  // https://www.librechat.ai/docs/quick_start/custom_endpoints, 2026-11-21
  {
    id: 'librechat',
    name: 'LibreChat',
    group: 'chat',
    steps: [
      {
        text: 'Add this endpoint, and start LibreChat anew:',
        file: 'librechat.yaml',
        code: ({ openai, key, model }) => `endpoints:
  custom:
    - name: "Pointsman"
      apiKey: "${key}"
      baseURL: "${openai}"
      models:
        default: ["${model}"]
        fetch: true
      titleConvo: true
      titleModel: "current_model"`,
      },
    ],
    notes: [DOCKER_NOTE],
  },
  // https://www.jan.ai/docs/desktop/remote-models/custom-endpoint, 2026-11-21
  {
    id: 'jan',
    name: 'Jan',
    group: 'chat',
    steps: [
      { text: 'Open Settings, then Model Providers, and choose Add Provider.' },
      { text: 'As API format take “OpenAI-compatible”. Paste this as the base URL:', code: ({ openai }) => openai },
      { text: 'And this as the API key, which Jan wants in any case:', code: ({ key }) => key },
      { text: 'Add this model:', code: ({ model }) => model },
    ],
  },
];
