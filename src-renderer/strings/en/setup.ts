import { plural } from '../plural.ts';

export const setup = {
  title: 'Welcome to Pointsman',
  text: 'One address for all your AI apps. Each request goes to a model on this machine or to the cloud, whichever serves you better, and every choice is explained.',
  local: {
    title: 'Models on this machine',
    found: (version: string | null) => (version === null ? 'Ollama is running.' : `Ollama ${version} is running.`),
    models: (count: number) => plural(count, { one: 'It has # model:', other: 'It has # models:' }),
    more: (count: number) => plural(count, { one: 'and # more', other: 'and # more' }),
    noModels: 'It has no model yet. This one is small and good:',
    pull: 'ollama pull llama3.2:3b',
    notRunning: 'Ollama was not found. It runs models on this machine, for free and in private.',
    download: 'Get Ollama',
    lookedAt: (address: string) => `Looked at ${address}. It is noticed by itself as soon as it runs.`,
    lookAgain: 'Look again',
    switchedOff: 'Ollama is switched off in the settings.',
    without: 'You can go on without it: then everything goes to the cloud.',
  },
  address: {
    title: 'The address for your apps',
    text: 'Put it where an app asks for a server or base URL. Any key will do, unless you decide to require keys.',
    openai: 'Apps for OpenAI',
    others: 'Apps for Anthropic and Ollama',
    model: 'Choose the model “pointsman/auto” to let Pointsman choose, or any model by its name.',
  },
  cloud: {
    title: 'Cloud models, if you want them',
    text: 'Without a key nothing leaves this machine. With one, difficult requests can go to a stronger model.',
    configured: (count: number) =>
      plural(count, { one: '# cloud provider is set up.', other: '# cloud providers are set up.' }),
    add: 'Add a cloud provider',
    provider: 'Provider',
    key: 'API key',
    keyHelp: 'It goes to your system’s keychain where there is one, never into settings, logs or exports.',
    getKey: 'Get a key',
    freeTier: { yes: 'Has a free tier.', trial: 'Has a trial.', no: 'Is paid.', unknown: '' },
    submit: 'Test and add',
    added: (name: string) => `${name} is ready.`,
    needsMore: 'This provider needs more than a key: add it under Models.',
    limit: 'Each request may cost at most one cent until you change that under Settings.',
  },
  privacy: {
    title: 'What is kept',
    points: [
      'Nothing of what is asked or answered is stored, unless you allow it below: only numbers, such as tokens, times and costs.',
      'No telemetry. The hosts that may be called are listed under Settings.',
      'Apps, models or single requests can be marked private: they never leave this machine.',
    ],
  },
  learning: {
    title: 'Learn from your prompts, if you want that',
    text: 'To find out which requests your own models could answer, Pointsman would have to keep some for a while. It does not unless you say so here; you can go on without.',
    unknown: 'This can be decided later, under Background.',
  },
  finish: 'Start using Pointsman',
  again: 'All of this can be changed later.',
} as const;
