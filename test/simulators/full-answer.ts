import type { Answer } from '../support/upstreams/answer.ts';

/** Everything an answer can hold at once. */
export const FULL: Answer = {
  thinking: ['Let me ', 'think.'],
  text: ['Grüß ', 'dich 🌍', '!'],
  toolCalls: [
    { name: 'weather', arguments: { city: 'Lisbon', days: 2 } },
    { name: 'clock', arguments: {} },
  ],
  usage: { input: 100, cached: 40, cacheWrite: 20, cacheWrite1h: 5, output: 30, reasoning: 12 },
};
