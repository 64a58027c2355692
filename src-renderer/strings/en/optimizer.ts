import { plural } from '../plural.ts';

export const optimizer = {
  text: 'How each request finds its way, what was learned on the way, and what you would rather have.',
  trouble: 'Not all of it works as it should',
  off: 'Optimizing is switched off: requests take the plain order of preference, and nothing is learned.',
  suspended: (time: string) => `Safe defaults serve until ${time}, because parts of it failed repeatedly.`,
  failed: 'That was not taken over',
  strategy: {
    title: 'Strategy',
    text: 'What a request’s way is chosen by. The tray has the same choice; a request may ask for its own.',
    actsAs: (name: string) => `acts as ${name} now`,
    about: {
      balanced: {
        what: 'A good answer, in reasonable time, for reasonable money.',
        weighs:
          'Quality, waiting, money and the machine weigh alike. May race both tracks, and may try a local answer first.',
      },
      latency_focused: {
        what: 'The first word as soon as possible.',
        weighs:
          'A second of waiting weighs ten times as much; money, electricity and load weigh half. May race both tracks.',
      },
      resource_efficient: {
        what: 'Spares this machine: cool, quiet, long battery life.',
        weighs: 'Electricity weighs 300 times and load five times as much; waiting hardly counts. Never races.',
      },
      quality_focused: {
        what: 'The best answer that can be had.',
        weighs: 'A good answer is worth ten times as much, and only proven models are trusted. May race both tracks.',
      },
      cost_focused: {
        what: 'As cheap as possible, as long as the answer is fair.',
        weighs:
          'Money and electricity weigh four times as much; waiting hardly counts. Tries a local answer first, never races.',
      },
      adaptive: {
        what: 'Chooses among the others as things go.',
        weighs:
          'Follows battery, the pace of your budget, missed target times and poor answers, with every change told below.',
      },
    },
  },
  switches: {
    title: 'Bounds',
    enabled: 'Optimize',
    enabledHelp: 'Off: no predictions, races or learning.',
    localOnly: 'Local only',
    localOnlyHelp: 'Nothing leaves this machine, whatever a request asks for.',
    cloudShare: 'Share that goes to the cloud',
    cloudShareHelp: 'Of routed requests, over time. Empty: whatever the strategy finds best.',
    cloudShareAny: 'as the strategy finds best',
    cloudShareError: 'Between 0 and 100 %.',
    percent: '%',
    exploration: 'Trying other models, today',
    explorationOff: 'Switched off: only what is known is used.',
    explorationText: (spent: string, allowed: string) => `${spent} of ${allowed} used`,
    conversations: (count: number) =>
      plural(count, { one: '# conversation stays with its model', other: '# conversations stay with their model' }),
  },
  preferences: {
    title: 'Preferences',
    text: 'Adaptation moves these in small steps. The mark is where you let it start.',
    change: 'Change where they start',
    names: {
      localBias: 'Local bias',
      parallelThreshold: 'Race threshold',
      timeoutMultiplier: 'Patience',
      qualityThreshold: 'Quality wanted',
    },
    ends: {
      localBias: ['tracks alike', 'rather local'],
      parallelThreshold: ['race often', 'race rarely'],
      timeoutMultiplier: ['give up early', 'wait long'],
      qualityThreshold: ['anything goes', 'only the best'],
    },
    value: (value: string, start: string) => `${value}, started at ${start}`,
  },
  history: {
    title: 'What it adapted',
    none: 'Nothing yet. Adaptation moves preferences when the last minutes give it a reason.',
    none_off: 'Adaptation is switched off.',
    change: (name: string, before: string, after: string) => `${name} ${before} → ${after}`,
    same: 'no preference moved',
    more: (count: number) => plural(count, { one: 'Show # more', other: 'Show # more' }),
  },
  windows: {
    title: 'How it went lately',
    span: 'Time',
    names: { '5 minutes': 'Last 5 minutes', '1 h': 'Last hour' },
    total: 'All requests',
    paths: { local: 'Local', cloud: 'Cloud', parallel: 'Raced', cascade: 'Local first, checked', single: 'Single' },
    none: 'No request in this time.',
    columns: {
      path: 'Path',
      requests: 'Requests',
      success: 'Answered',
      p50: 'First word, half within',
      p95: '95 % within',
      p99: '99 % within',
      mean: 'Whole answer, mean',
      quality: 'Quality',
      cost: 'Cost',
    },
  },
  learned: {
    title: 'What it learned of each model',
    text: 'How likely a good answer is, with one standard deviation either way: the longer the line, the less is known.',
    none: 'Nothing yet: what is learned comes from answers and from feedback.',
    columns: { endpoint: 'Model', plot: 'Good answers, 0 to 1', quality: 'Quality', observations: 'Observations' },
    plot: (name: string, quality: string, sd: string) => `${name}: ${quality} give or take ${sd}`,
    total: (observations: string) => `${observations} observations in total, older ones fading`,
    waiting: (count: number) => plural(count, { one: '# waits to be learned', other: '# wait to be learned' }),
    dropped: (count: number) => plural(count, { one: '# was dropped', other: '# were dropped' }),
  },
  evaluation: {
    title: 'What if?',
    text: 'What another policy would have earned on the decisions of the past, judged by what was logged. Nothing is called.',
    policy: 'Policy',
    policies: {
      greedy: 'Always the best by score',
      'always-local': 'Local wherever possible',
      'always-cloud': 'Cloud wherever possible',
    },
    always: (endpoint: string) => `Always ${endpoint}`,
    days: 'Over the last',
    daysUnit: 'days',
    daysError: 'A whole number from 1 to 366.',
    run: 'Evaluate',
    enough: 'Enough evidence',
    notEnough: 'Not enough evidence',
    decisions: (count: number, refused: number) =>
      `${plural(count, { one: '# decision', other: '# decisions' })}, ${refused} of them unusable`,
    sample: (size: string) => `they tell as much as ${size} decisions of that policy’s own`,
    rows: {
      logged: 'What was earned',
      doublyRobust: 'Doubly robust',
      snips: 'Self-normalised',
      ips: 'Inverse propensity',
    },
    help: 'Reward per request, 0 to 1, with a 95 % interval.',
    interval: (name: string, mean: string, low: string, high: string) => `${name}: ${mean}, between ${low} and ${high}`,
    range: (low: string, high: string) => `${low} to ${high}`,
  },
} as const;
