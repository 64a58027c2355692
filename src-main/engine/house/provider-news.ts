import type { ProviderState, ProviderStatus } from '../../../src-shared/control.ts';
import type { News } from './notices.ts';

export type ProviderStates = ReadonlyMap<string, ProviderState>;

/** What the person should hear of providers that have changed, and which matters are over. */
export interface ProviderNews {
  news: News[];
  /** Matters that are over; `back` is told if the matter had been. */
  over: { matter: string; back: News | null }[];
  states: ProviderStates;
}

const WELL: ReadonlySet<ProviderState> = new Set(['healthy', 'degraded', 'rate_limited']);

/**
 * Compares the providers with how they were. A provider that was never seen well is not gone: at the start of the machine
 * Ollama often is not there yet. A refused key is told whenever it is first seen.
 */
export function toProviderNews(before: ProviderStates, providers: readonly ProviderStatus[]): ProviderNews {
  const news: News[] = [];
  const over: ProviderNews['over'] = [];
  const states = new Map<string, ProviderState>();
  for (const provider of providers) {
    if (!provider.enabled) continue;
    const { id, state } = provider;
    const was = before.get(id) ?? 'unknown';
    // What is between well and down says nothing yet: looking, or offline with everything else.
    const isTelling = state !== 'unknown' && state !== 'offline';
    states.set(id, isTelling ? state : was);
    if (state === 'down' && WELL.has(was)) news.push(goneNews(provider));
    if (state === 'misconfigured' && was !== state && provider.key !== 'missing') news.push(refusedNews(provider));
    if (!WELL.has(state)) continue;
    over.push({ matter: goneMatter(id), back: isOllama(provider) ? backNews(provider) : null });
    over.push({ matter: refusedMatter(id), back: null });
  }
  return { news, over, states };
}

function isOllama({ kind, track }: ProviderStatus): boolean {
  return kind === 'ollama' && track === 'local';
}

function goneMatter(id: string): string {
  return `gone/${id}`;
}

function refusedMatter(id: string): string {
  return `refused/${id}`;
}

function goneNews(provider: ProviderStatus): News {
  const title = isOllama(provider) ? `${provider.name} is gone` : `${provider.name} cannot be reached`;
  return { matter: goneMatter(provider.id), level: 'warning', title, text: provider.sentence, view: 'models' };
}

function backNews({ id, name, sentence }: ProviderStatus): News {
  return { matter: `back/${id}`, level: 'info', title: `${name} is back`, text: sentence, view: null };
}

function refusedNews({ id, name, sentence }: ProviderStatus): News {
  return {
    matter: refusedMatter(id),
    level: 'error',
    title: `${name} refused the key`,
    text: sentence,
    view: 'models',
  };
}
