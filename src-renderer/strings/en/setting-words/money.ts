import type { SettingGroup } from '../../setting-words.ts';

export const money = {
  title: 'Money',
  text: 'Budgets and prices. An app’s own budget is set under Apps.',
  fields: {
    'budgets.total.dayUsd': {
      label: 'Budget for a day',
      help: 'When it is empty, local models answer.',
      unit: 'USD',
      empty: 'no limit',
    },
    'budgets.total.monthUsd': {
      label: 'Budget for a month',
      help: 'When it is empty, local models answer.',
      unit: 'USD',
      empty: 'no limit',
    },
    'constraints.maxCostPerRequestUsd': {
      label: 'A request may cost',
      help: 'For routed requests. A model that an app names exactly is the app’s own decision.',
      unit: 'USD',
      empty: 'no limit',
    },
    'budgets.unknownPrices': {
      label: 'Models of unknown price',
      help: 'What happens to them under a budget.',
      options: { refuse: 'Refuse them', allow: 'Allow them' },
    },
    'budgets.referenceModel': {
      label: 'Reference for savings',
      help: 'PROVIDER/MODEL, or a name of the price table: what the same tokens would have cost there.',
      empty: 'the dearest one you have',
    },
    'power.tariffUsdPerKwh': { label: 'Price of electricity', help: 'For a kilowatt hour.', unit: 'USD' },
    'power.localWatts': {
      label: 'Local answers draw',
      help: 'How much more than at rest, while a local model answers.',
      unit: 'W',
      empty: 'estimated',
    },
    'budgets.providers': {
      label: 'Budgets of providers',
      help: 'By the provider’s id.',
      empty: 'no limit',
      columns: { key: 'Provider', dayUsd: 'A day, USD', monthUsd: 'A month, USD' },
    },
    'prices.overrides': {
      label: 'Prices of your own',
      help: 'USD for a million tokens; they outrank the price table. Empty: as for plain input or output.',
      empty: '–',
      columns: {
        endpoint: 'PROVIDER/MODEL',
        input: 'Input',
        output: 'Output',
        cachedInput: 'Cached input',
        cacheWrite: 'Cache write',
        reasoning: 'Reasoning',
      },
    },
    'prices.source': {
      label: 'Newer prices from',
      help: 'An https address where a signed price table lies. It is believed only with the signature that belongs to the key.',
      empty: 'only the table that came with Pointsman',
      columns: { url: 'Address', publicKey: 'Public key' },
    },
  },
} as const satisfies SettingGroup;
