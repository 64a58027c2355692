import { describe, expect, test } from 'vitest';
import type { ProviderState, ProviderStatus } from '../../../src-shared/control.ts';
import { providerSettings } from '../../../src-shared/settings.ts';
import { findTrouble } from '../../../src-main/engine/house/find-trouble.ts';
import { toProviderNews } from '../../../src-main/engine/house/provider-news.ts';

function provider(state: ProviderState, changes: Partial<ProviderStatus> = {}): ProviderStatus {
  const settings = { id: 'ollama', name: 'Ollama', kind: 'ollama', track: 'local', baseUrl: 'http://127.0.0.1:11434' };
  return {
    ...providerSettings.parse(settings),
    state,
    sentence: `It is ${state}.`,
    key: 'not needed',
    version: null,
    modelCount: 0,
    ...changes,
  };
}

const CLOUD = { id: 'up', name: 'Up', kind: 'openai', track: 'cloud', key: 'stored' } as const;

/** Titles of what is told while one provider goes through these states. */
function titlesOf(states: readonly ProviderState[], changes: Partial<ProviderStatus> = {}): string[] {
  let before: ReturnType<typeof toProviderNews>['states'] = new Map();
  const open = new Set<string>();
  return states.flatMap((state) => {
    const found = toProviderNews(before, [provider(state, changes)]);
    before = found.states;
    const titles = found.news.map(({ matter, title }) => {
      open.add(matter);
      return title;
    });
    for (const { matter, back } of found.over) if (open.delete(matter) && back !== null) titles.push(back.title);
    return titles;
  });
}

describe('what people hear of providers', () => {
  test('Ollama goes and comes back', () => {
    expect(titlesOf(['unknown', 'healthy', 'down', 'down', 'healthy'])).toEqual(['Ollama is gone', 'Ollama is back']);
  });

  test('nothing when it was never there, as at the start of the machine', () => {
    expect(titlesOf(['unknown', 'down', 'healthy'])).toEqual([]);
  });

  test('a cloud provider that cannot be reached; that it can be again is no news', () => {
    expect(titlesOf(['healthy', 'down', 'healthy'], CLOUD)).toEqual(['Up cannot be reached']);
  });

  test('a refused key, whenever it is first seen, and again after it was good', () => {
    expect(titlesOf(['unknown', 'misconfigured', 'misconfigured', 'healthy', 'misconfigured'], CLOUD)).toEqual([
      'Up refused the key',
      'Up refused the key',
    ]);
  });

  test('not that a key is still to be given', () => {
    expect(titlesOf(['unknown', 'misconfigured'], { ...CLOUD, key: 'missing' })).toEqual([]);
  });

  test('not that the network is away, nor what was before it', () => {
    expect(titlesOf(['healthy', 'offline', 'unknown', 'healthy'], CLOUD)).toEqual([]);
    expect(titlesOf(['healthy', 'offline', 'unknown', 'down'], CLOUD)).toEqual(['Up cannot be reached']);
  });

  test('nothing of a provider that is switched off', () => {
    expect(titlesOf(['healthy', 'down'], { enabled: false })).toEqual([]);
  });
});

describe('what stands in the way', () => {
  const trouble = (providers: readonly ProviderStatus[], more: { localOnly?: boolean; store?: string[] } = {}) =>
    findTrouble({ providers, localOnly: false, store: [], ...more });

  test('nothing while somebody answers, or nobody knows yet', () => {
    expect(trouble([provider('down'), provider('healthy', CLOUD)])).toEqual([]);
    expect(trouble([provider('unknown')])).toEqual([]);
  });

  test('nobody answers', () => {
    expect(trouble([provider('down')])).toEqual(['It is down.']);
    expect(trouble([provider('down', { enabled: false })])).toEqual([
      'No provider is switched on: nobody can answer a request.',
    ]);
  });

  test('under local only the cloud helps nobody, and its key is no trouble', () => {
    expect(trouble([provider('down'), provider('healthy', CLOUD)], { localOnly: true })).toEqual(['It is down.']);
    expect(trouble([provider('healthy'), provider('misconfigured', CLOUD)], { localOnly: true })).toEqual([]);
  });

  test('records that cannot be written, and a key that is refused', () => {
    const refused = provider('misconfigured', CLOUD);
    expect(trouble([provider('healthy'), refused], { store: ['The disk is full.'] })).toEqual([
      'The disk is full.',
      'It is misconfigured.',
    ]);
  });
});
