import type { Guide } from './guide.ts';

export const EDITOR_GUIDES: readonly Guide[] = [
  // https://docs.continue.dev/reference and https://docs.continue.dev/customize/model-providers/top-level/openai, 2026-11-21
  {
    id: 'continue',
    name: 'Continue',
    group: 'coding',
    steps: [
      {
        text: 'Add this model to your configuration:',
        file: {
          mac: '~/.continue/config.yaml',
          linux: '~/.continue/config.yaml',
          windows: '%USERPROFILE%\\.continue\\config.yaml',
        },
        code: ({ openai, key, model }) => `name: My Config
version: 1.0.0
schema: v1
models:
  - name: Pointsman
    provider: openai
    model: ${model}
    apiBase: ${openai}
    apiKey: ${key}
    roles: [chat, edit, apply]`,
      },
    ],
    notes: [
      'Completion while typing wants a model made for it: name one of yours exactly, with the role autocomplete.',
    ],
  },
  // https://zed.dev/docs/ai/use-api-access#openai-compatible, 2026-11-21
  {
    id: 'zed',
    name: 'Zed',
    group: 'coding',
    steps: [
      {
        text: 'Add this to your settings:',
        file: {
          mac: '~/.config/zed/settings.json',
          linux: '~/.config/zed/settings.json',
          windows: '%APPDATA%\\Zed\\settings.json',
        },
        code: ({ openai, model }) => `{
  "language_models": {
    "openai_compatible": {
      "Pointsman": {
        "api_url": "${openai}",
        "available_models": [
          {
            "name": "${model}",
            "display_name": "Pointsman",
            "max_tokens": 128000,
            "capabilities": { "tools": true, "images": true }
          }
        ]
      }
    }
  }
}`,
      },
      {
        text: 'Open Agent Settings, then LLM Providers, and give Pointsman this key. Zed keeps it in the keychain.',
        code: ({ key }) => key,
      },
    ],
    notes: ['max_tokens is how much context Zed fills: set it to what your smallest model takes.'],
  },
  // https://code.visualstudio.com/docs/agent-customization/language-models#_add-a-custom-endpoint-model
  // and https://github.com/microsoft/vscode/issues/316916, 2026-11-21
  {
    id: 'vscode',
    name: 'VS Code (Copilot)',
    group: 'coding',
    steps: [
      { text: 'From version 1.122: run “Chat: Manage Language Models” and choose Add, then Custom Endpoint.' },
      {
        text: 'Name it Pointsman, take “Chat Completions” as the API type, and give it this key:',
        code: ({ key }) => key,
      },
      {
        text: 'In the file that opens, its models are:',
        file: 'chatLanguageModels.json',
        code: ({ openai, model }) => `"models": [
  {
    "id": "${model}",
    "name": "Pointsman",
    "url": "${openai}/chat/completions",
    "toolCalling": true,
    "vision": true,
    "maxInputTokens": 128000,
    "maxOutputTokens": 16000
  }
]`,
      },
      {
        text: 'Or choose Ollama as the provider instead, with this address:',
        code: ({ address }) => address,
      },
    ],
    notes: ['This is for chat and agents. Completion while typing stays with Copilot.'],
  },
  // https://cursor.com/help/models-and-usage/api-keys, 2026-11-21
  {
    id: 'cursor',
    name: 'Cursor',
    group: 'coding',
    steps: [
      { text: 'Publish Pointsman at an https address of your own, through a tunnel that you trust, and require keys.' },
      {
        text: 'Open Cursor Settings, then Models, switch on “Override OpenAI Base URL” and enter that address with /v1 at its end. As the OpenAI key take a key made below.',
      },
      { text: 'Add this as a custom model:', code: ({ model }) => model },
    ],
    notes: [
      'Cursor asks from its own servers, not from your machine: it cannot reach 127.0.0.1, and refuses private addresses. Everything you ask passes its servers, local models included.',
      'We recommend one of the other editors for models of this machine.',
    ],
  },
  // https://docs.cline.bot/provider-config/openai-compatible, 2026-11-21
  {
    id: 'cline',
    name: 'Cline',
    group: 'coding',
    steps: [
      {
        text: 'In Cline’s settings take “OpenAI Compatible” as the API provider. Base URL:',
        code: ({ openai }) => openai,
      },
      { text: 'API key:', code: ({ key }) => key },
      { text: 'Model ID:', code: ({ model }) => model },
    ],
  },
];
