import type { Clock, Log } from '../ports.ts';
import type { Endpoint } from '../routing/endpoint.ts';
import { describeBadReply, type Problem } from './describe-reply.ts';
import { fetchModels, type FetchedModels } from './fetch-models.ts';
import { unlistedModel, type ListedModel } from './parse-model-list.ts';
import { PollLoop } from './poll-loop.ts';
import type { Provider } from './provider.ts';
import { isSameList, isSameReport, type ProviderReport, type ProviderWatch } from './provider-watch.ts';
import type { ResolvedSecret } from './secret-resolver.ts';
import type { ProviderState } from '../../../src-shared/control.ts';

export interface ModelListOptions {
  provider: Provider;
  secret: () => ResolvedSecret;
  clock: Clock;
  log: Log;
  onReport: (report: ProviderReport) => void;
}

const REFRESH_MS = 3_600_000;
const FIRST_RETRY_MS = 10_000;
const LONGEST_RETRY_MS = 300_000;
const TIMEOUT_MS = 15_000;

const STATES: Readonly<Record<Problem, ProviderState>> = {
  address: 'down',
  protocol: 'down',
  key: 'misconfigured',
  account: 'misconfigured',
  rate_limit: 'rate_limited',
};

/**
 * Keeps the model list of an OpenAI-style or Anthropic provider, refreshed hourly; after a failure tried again after 10 s,
 * then twice as long each time up to 5 minutes. The last good list stays through an outage. Without a key, and for
 * providers without a list, nothing is asked: the models are those of the settings.
 */
export function createModelListWatch(options: ModelListOptions): ProviderWatch {
  const { provider, clock, log, onReport } = options;
  let report: ProviderReport = {
    state: 'unknown',
    sentence: `${provider.name} has not been asked yet.`,
    version: null,
    endpoints: provider.settings.models.length === 0 ? null : toEndpoints(provider, []),
  };
  let failures = 0;

  const publish = (next: ProviderReport): void => {
    const settled = isSameList(next.endpoints, report.endpoints) ? { ...next, endpoints: report.endpoints } : next;
    if (isSameReport(settled, report)) return;
    report = settled;
    onReport(report);
  };

  const look = async (signal: AbortSignal): Promise<number> => {
    const secret = options.secret();
    if (secret.source === 'missing') {
      const sentence = `${provider.name} has no key: ${howToGiveKey(provider)}.`;
      publish({ state: 'misconfigured', sentence, version: null, endpoints: report.endpoints });
      return REFRESH_MS;
    }
    const fetched = await fetchModels({ clock, provider, secret: secret.value, timeoutMs: TIMEOUT_MS, signal });
    if (signal.aborted) return REFRESH_MS;
    if (fetched === null || fetched.kind === 'models') {
      failures = 0;
      publish(wellReport(provider, fetched));
      return REFRESH_MS;
    }
    const { problem, sentence } = describeBadReply(fetched.reply, {
      provider,
      path: fetched.path,
      hasKey: secret.value !== null,
    });
    log.warn({ provider: provider.id, problem }, 'the model list could not be read');
    publish({ state: STATES[problem], sentence, version: null, endpoints: report.endpoints });
    return Math.min(FIRST_RETRY_MS * 2 ** failures++, LONGEST_RETRY_MS);
  };

  const loop = new PollLoop({ clock, log, look });
  return {
    get report() {
      return report;
    },
    start: () => loop.start(),
    stop: () => loop.stop(),
    refresh: () => loop.refresh(),
  };
}

/** How the person gives this provider its key, as the end of a sentence. */
export function howToGiveKey(provider: Pick<Provider, 'settings'>): string {
  const { keyVariable } = provider.settings;
  return keyVariable === null ? 'add one in the settings' : `add one in the settings, or set ${keyVariable}`;
}

function wellReport(provider: Provider, fetched: Extract<FetchedModels, { kind: 'models' }> | null): ProviderReport {
  const { name, settings } = provider;
  if (fetched === null) {
    const named = settings.models.length;
    const sentence =
      named > 0
        ? `${name} has no model list to ask for; ${counted(named)} from the settings.`
        : `${name} has no model list to ask for: name its models in the settings, or call them as ${provider.id}/NAME.`;
    const state = named > 0 ? 'healthy' : 'unknown';
    return { state, sentence, version: null, endpoints: named > 0 ? toEndpoints(provider, []) : null };
  }
  const endpoints = toEndpoints(provider, fetched.models);
  return { state: 'healthy', sentence: `${name} offers ${counted(endpoints.length)}.`, version: null, endpoints };
}

/** `1 model`, `7 models`. */
export function counted(models: number): string {
  return `${models} ${models === 1 ? 'model' : 'models'}`;
}

/** Endpoints of a list, narrowed down to the models that the settings name, if they name any. */
function toEndpoints(provider: Provider, listed: readonly ListedModel[]): Endpoint[] {
  const { models: wanted } = provider.settings;
  const byName = new Map(listed.map((model) => [model.name, model]));
  const chosen =
    wanted.length === 0 ? [...byName.values()] : wanted.map((name) => byName.get(name) ?? unlistedModel(name));
  return chosen.map((model) => toEndpoint(provider, model));
}

/** The endpoint of one model at a provider that lists models without telling where they are in memory. */
export function toEndpoint(provider: Provider, model: ListedModel): Endpoint {
  return {
    id: `${provider.id}/${model.name}`,
    providerId: provider.id,
    model: model.name,
    track: provider.track,
    protocol: provider.kind,
    capabilities: model.capabilities,
    contextTokens: model.contextTokens,
    maxOutputTokens: model.maxOutputTokens,
    takesSampling: model.takesSampling,
    sizeBytes: null,
    loaded: null,
  };
}
