import { setVariables, type Guide } from './guide.ts';

export const TERMINAL_GUIDES: readonly Guide[] = [
  // https://docs.anthropic.com/en/docs/claude-code/llm-gateway, 2026-11-21
  {
    id: 'claude-code',
    name: 'Claude Code',
    group: 'coding',
    steps: [
      {
        text: 'Set these before you start it:',
        code: ({ system, address, key, model }) =>
          setVariables(system, {
            ANTHROPIC_BASE_URL: address,
            ANTHROPIC_AUTH_TOKEN: key,
            ANTHROPIC_MODEL: model,
            ANTHROPIC_DEFAULT_HAIKU_MODEL: 'pointsman/cheap',
          }),
      },
      {
        text: 'Or keep them:',
        file: {
          mac: '~/.claude/settings.json',
          linux: '~/.claude/settings.json',
          windows: '%USERPROFILE%\\.claude\\settings.json',
        },
        code: ({ address, key, model }) => `{
  "env": {
    "ANTHROPIC_BASE_URL": "${address}",
    "ANTHROPIC_AUTH_TOKEN": "${key}",
    "ANTHROPIC_MODEL": "${model}",
    "ANTHROPIC_DEFAULT_HAIKU_MODEL": "pointsman/cheap"
  }
}`,
      },
      { text: 'Type /status in it: the base URL should be ours.' },
    ],
    notes: [
      'Unset ANTHROPIC_API_KEY if you have one: it would be sent as well.',
      'It needs models that use tools and take a long context.',
    ],
  },
  // https://developers.openai.com/codex/config-sample, 2026-11-21; driven by test/agents/codex.opt-in.ts
  {
    id: 'codex',
    name: 'Codex',
    group: 'coding',
    steps: [
      {
        text: 'Add this provider:',
        file: {
          mac: '~/.codex/config.toml',
          linux: '~/.codex/config.toml',
          windows: '%USERPROFILE%\\.codex\\config.toml',
        },
        code: ({ openai, model }) => `model = "${model}"
model_provider = "pointsman"

[model_providers.pointsman]
name = "Pointsman"
base_url = "${openai}"
wire_api = "responses"
env_key = "POINTSMAN_API_KEY"`,
      },
      {
        text: 'Set the key where you start it:',
        code: ({ system, key }) => setVariables(system, { POINTSMAN_API_KEY: key }),
      },
    ],
    notes: ['The first two lines must stand above every section of the file.'],
  },
  // Driven unmodified with this configuration by test/agents/opencode.opt-in.ts, 2026-11-21
  {
    id: 'opencode',
    name: 'opencode',
    group: 'coding',
    steps: [
      {
        text: 'Add this provider, for one project or for all of them:',
        file: {
          mac: '~/.config/opencode/opencode.json',
          linux: '~/.config/opencode/opencode.json',
          windows: '%USERPROFILE%\\.config\\opencode\\opencode.json',
        },
        code: ({ openai, key, model }) => `{
  "$schema": "https://opencode.ai/config.json",
  "provider": {
    "pointsman": {
      "npm": "@ai-sdk/openai-compatible",
      "name": "Pointsman",
      "options": { "baseURL": "${openai}", "apiKey": "${key}" },
      "models": { "${model}": { "name": "Pointsman", "tool_call": true } }
    }
  }
}`,
      },
      { text: 'Then choose it with /models, or start with it:', code: ({ model }) => `opencode -m pointsman/${model}` },
    ],
  },
  // https://aider.chat/docs/llms/openai-compat.html, 2026-11-21
  {
    id: 'aider',
    name: 'aider',
    group: 'coding',
    steps: [
      {
        text: 'Set these, and start it with our model:',
        code: ({ system, openai, key, model }) =>
          `${setVariables(system, { OPENAI_API_BASE: openai, OPENAI_API_KEY: key })}\naider --model openai/${model}`,
      },
    ],
    notes: ['aider does not know this model’s limits and says so once; --no-show-model-warnings stops that.'],
  },
];
