import type { SettingGroup } from '../../setting-words.ts';
import { overview } from '../overview.ts';

export const optimizer = {
  title: 'Optimizer',
  text: 'How requests to pointsman/auto and its kin find their way.',
  fields: {
    'optimizer.enabled': {
      label: 'Optimize',
      help: 'Off: no predictions, races or learning; the plain order of preference serves every request.',
    },
    'optimizer.strategy': {
      label: 'Strategy',
      help: 'What a request’s way is chosen by. Described in the Optimizer view.',
      options: overview.strategies,
    },
    'optimizer.cloudShare': {
      label: 'Share that goes to the cloud',
      help: 'Of routed requests, over time.',
      unit: '%',
      scale: 0.01,
      empty: 'as the strategy finds best',
    },
    'optimizer.adaptation': {
      label: 'Adapt preferences',
      help: 'Moves them in small steps as things go; every step is told in the Optimizer view.',
    },
    'optimizer.adaptationIntervalSeconds': {
      label: 'Adapt every',
      help: 'How often it looks for a reason.',
      unit: 's',
    },
    'optimizer.learning': {
      label: 'Learn from answers',
      help: 'Which model answers which kind of question well. Numbers only, nothing of what was said.',
    },
    'optimizer.hedging': {
      label: 'Race two models',
      help: 'A second one starts when the first is late; the slower one is stopped, and its cost is counted.',
    },
    'optimizer.cascade': {
      label: 'Try a local answer first',
      help: 'It is checked, and the cloud is asked only when it fails.',
    },
    'optimizer.bridging': {
      label: 'Bridge the loading of a model',
      help: 'The cloud may answer while a local model is being loaded.',
    },
    'optimizer.exploration.enabled': {
      label: 'Try other models now and then',
      help: 'Without this it never finds out that another one has become better. Never for important requests.',
    },
    'optimizer.exploration.usdPerDay': { label: 'Trying may cost', help: 'In a day.', unit: 'USD' },
    'optimizer.exploration.latencyShare': {
      label: 'Trying may add to waiting',
      help: 'Share of the time that people wait.',
      unit: '%',
      scale: 0.01,
    },
    'optimizer.learner.retention': {
      label: 'Keep of what was learned',
      help: 'With each judged answer of a kind of task. Less follows change sooner, and chance too.',
      unit: '%',
      scale: 0.01,
    },
    'optimizer.learner.guessStrength': {
      label: 'Weight of the first guess',
      help: 'A guess by size or price is worth so many judged answers.',
    },
    'optimizer.learner.overallStrength': {
      label: 'Weight of other kinds of task',
      help: 'What a model does elsewhere is worth so many judged answers of one kind.',
    },
    'optimizer.learner.promptSpread': {
      label: 'Trust in the words of a question',
      help: 'More goes by the question itself, less by its kind of task.',
    },
    'optimizer.learner.wordPace': {
      label: 'Pace of learning words',
      help: 'Factor on how fast single words gain weight.',
    },
  },
} as const satisfies SettingGroup;

export const preferences = {
  title: 'Preferences',
  text: 'Where adaptation starts from; without it, what holds.',
  fields: {
    'optimizer.preferences.localBias': {
      label: 'Local bias',
      help: '0: as if the tracks were alike. 1: the local track is worth a good deal more than it scores.',
    },
    'optimizer.preferences.parallelThreshold': {
      label: 'Race threshold',
      help: 'How alike two tracks must score before both are asked.',
    },
    'optimizer.preferences.timeoutMultiplier': {
      label: 'Patience',
      help: 'Factor on the time limits that a model’s own past gives.',
    },
    'optimizer.preferences.qualityThreshold': {
      label: 'Quality wanted',
      help: 'Below this chance of a good answer, better models are looked for.',
    },
  },
} as const satisfies SettingGroup;
