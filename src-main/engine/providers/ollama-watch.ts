import { isJsonObject, type JsonValue } from '../protocols/json.ts';
import {
  parseOllamaPs,
  parseOllamaShow,
  parseOllamaTags,
  type LoadedOllamaModel,
  type OllamaModel,
  type OllamaModelDetails,
} from '../protocols/ollama/parse-models.ts';
import { GarbledReply } from '../protocols/failure.ts';
import type { Clock, Log } from '../ports.ts';
import type { Endpoint } from '../routing/endpoint.ts';
import { describeBadReply } from './describe-reply.ts';
import { mapInParallel } from './map-in-parallel.ts';
import { counted, howToGiveKey } from './model-list.ts';
import { toOllamaEndpoint } from './ollama-endpoints.ts';
import { isUnsafeOllama } from './ollama-version.ts';
import { PollLoop } from './poll-loop.ts';
import type { Provider } from './provider.ts';
import { isSameList, isSameReport, type ProviderReport, type ProviderWatch } from './provider-watch.ts';
import { requestJson, type JsonReply } from './request-json.ts';
import type { ResolvedSecret } from './secret-resolver.ts';

export interface OllamaWatchOptions {
  provider: Provider;
  secret: () => ResolvedSecret;
  /** Between two looks at an Ollama of this machine or network; its cloud is looked at hourly. */
  intervalMs: number;
  clock: Clock;
  log: Log;
  onReport: (report: ProviderReport) => void;
}

const TIMEOUT_MS = 5_000;
const CLOUD_INTERVAL_MS = 3_600_000;
const LONGEST_RETRY_MS = 30_000;
const SHOWS_AT_ONCE = 4;

/**
 * Watches one Ollama: its version, its models, which of them are in memory, and once for each digest what it can do.
 * Sees it start and stop; while it is away it is looked for less and less often, at least every 30 s.
 */
export function createOllamaWatch(options: OllamaWatchOptions): ProviderWatch {
  const watch = new OllamaWatch(options);
  const loop = new PollLoop({ clock: options.clock, log: options.log, look: (signal) => watch.look(signal) });
  return {
    get report() {
      return watch.report;
    },
    start: () => loop.start(),
    stop: () => loop.stop(),
    refresh: () => loop.refresh(),
  };
}

class OllamaWatch {
  report: ProviderReport;
  readonly #options: OllamaWatchOptions;
  /** What `/api/show` said, by digest. */
  #details = new Map<string, OllamaModelDetails>();
  #failures = 0;

  constructor(options: OllamaWatchOptions) {
    this.#options = options;
    const sentence = `${options.provider.name} has not been asked yet.`;
    this.report = { state: 'unknown', sentence, version: null, endpoints: null };
  }

  /** Looks once; the result is the time to the next look in milliseconds. */
  async look(signal: AbortSignal): Promise<number> {
    const { provider, intervalMs, secret } = this.#options;
    if (secret().source === 'missing') {
      const sentence = `${provider.name} has no key: ${howToGiveKey(provider)}.`;
      this.#publish({ ...this.report, state: 'misconfigured', sentence });
      return CLOUD_INTERVAL_MS;
    }
    const tags = await this.#call('/api/tags', signal);
    if (isAborted(tags)) return intervalMs;
    const models = tags.kind === 'ok' ? parsed(tags.body, parseOllamaTags) : null;
    if (models === null) {
      this.#publish(this.#badReport(tags));
      return Math.min(intervalMs * 2 ** this.#failures++, Math.max(intervalMs, LONGEST_RETRY_MS));
    }
    const [version, loaded] = await Promise.all([this.#version(signal), this.#loaded(signal)]);
    const wanted = provider.settings.models;
    const offered = wanted.length === 0 ? models : models.filter((model) => wanted.includes(model.name));
    await this.#learnDetails(offered, signal);
    this.#failures = 0;
    // A look that was broken off knows less than the one before it.
    if (signal.aborted) return intervalMs;
    const endpoints = offered.map((model) => this.#toEndpoint(model, loaded));
    this.#publish(this.#wellReport(version, endpoints));
    return provider.track === 'cloud' ? CLOUD_INTERVAL_MS : intervalMs;
  }

  async #version(signal: AbortSignal): Promise<string | null> {
    const reply = await this.#call('/api/version', signal);
    if (reply.kind !== 'ok' || !isJsonObject(reply.body)) return null;
    return typeof reply.body.version === 'string' ? reply.body.version : null;
  }

  /** null: cannot be known. A cloud has nothing in memory that matters to us. */
  async #loaded(signal: AbortSignal): Promise<LoadedOllamaModel[] | null> {
    if (this.#options.provider.track === 'cloud') return null;
    const reply = await this.#call('/api/ps', signal);
    return reply.kind === 'ok' ? parsed(reply.body, parseOllamaPs) : null;
  }

  /** Asks about digests never seen and forgets those that are gone. What could not be read is asked again next time. */
  async #learnDetails(models: readonly OllamaModel[], signal: AbortSignal): Promise<void> {
    const wanted = new Map(models.map((model) => [keyOf(model), model]));
    const kept = [...this.#details].filter(([key]) => wanted.has(key));
    this.#details = new Map(kept);
    const unknown = [...wanted].filter(([key]) => !this.#details.has(key));
    await mapInParallel(unknown, SHOWS_AT_ONCE, async ([key, model]) => {
      if (signal.aborted) return;
      const reply = await this.#call('/api/show', signal, { model: model.name });
      const details = reply.kind === 'ok' ? parsed(reply.body, parseOllamaShow) : null;
      if (details !== null) this.#details.set(key, details);
    });
  }

  #toEndpoint(model: OllamaModel, loaded: readonly LoadedOllamaModel[] | null): Endpoint {
    return toOllamaEndpoint(this.#options.provider, {
      model,
      details: this.#details.get(keyOf(model)) ?? null,
      loaded: loaded?.find((each) => each.name === model.name) ?? null,
      loadedKnown: loaded !== null,
    });
  }

  /** Never sends Origin or Referer: Ollama refuses pages it does not know. */
  #call(path: string, signal: AbortSignal, body?: JsonValue): Promise<JsonReply> {
    const { provider, clock, secret } = this.#options;
    const headers = provider.headers(secret().value);
    const common = {
      clock,
      origin: provider.origin,
      path: provider.pathFor(path),
      headers,
      timeoutMs: TIMEOUT_MS,
      signal,
    };
    return requestJson(body === undefined ? common : { ...common, method: 'POST', body });
  }

  #badReport(tags: JsonReply): ProviderReport {
    const { provider, secret } = this.#options;
    const { endpoints } = this.report;
    if (tags.kind === 'unreachable' && tags.cause === 'refused') {
      const sentence = `${provider.name} is not running at ${provider.origin}: start the Ollama app, or run "ollama serve".`;
      return { state: 'down', sentence, version: null, endpoints };
    }
    const reply = tags.kind === 'ok' ? ({ kind: 'garbled', reason: 'other_json' } as const) : tags;
    const { problem, sentence } = describeBadReply(reply, {
      provider,
      path: '/api/tags',
      hasKey: secret().value !== null,
    });
    const state =
      problem === 'key' || problem === 'account' ? 'misconfigured' : problem === 'rate_limit' ? 'rate_limited' : 'down';
    return { state, sentence, version: null, endpoints };
  }

  #wellReport(version: string | null, endpoints: readonly Endpoint[]): ProviderReport {
    const { provider } = this.#options;
    if (version !== null && provider.track === 'local' && isUnsafeOllama(version)) {
      const sentence =
        `${provider.name} ${version} has a known security hole (CVE-2026-7482): update it to 0.17.1 or later, ` +
        'and make sure that it does not listen on the network (OLLAMA_HOST), which cannot be seen from here.';
      return { state: 'degraded', sentence, version, endpoints };
    }
    const inMemory = endpoints.filter((endpoint) => endpoint.loaded === true).length;
    const what =
      endpoints.length === 0
        ? 'but has no model yet: run "ollama pull NAME"'
        : `with ${counted(endpoints.length)}, ${inMemory} in memory`;
    const sentence =
      provider.track === 'cloud'
        ? `${provider.name} offers ${counted(endpoints.length)}.`
        : `${provider.name}${version === null ? '' : ` ${version}`} is running ${what}.`;
    return { state: 'healthy', sentence, version, endpoints };
  }

  #publish(next: ProviderReport): void {
    const settled = isSameList(next.endpoints, this.report.endpoints)
      ? { ...next, endpoints: this.report.endpoints }
      : next;
    if (isSameReport(settled, this.report)) return;
    this.report = settled;
    this.#options.onReport(settled);
  }
}

function isAborted(reply: JsonReply): boolean {
  return reply.kind === 'unreachable' && reply.cause === 'aborted';
}

/** Two names may share one digest; old versions tell none. */
function keyOf(model: OllamaModel): string {
  return model.digest ?? `name:${model.name}`;
}

function parsed<Result>(body: JsonValue, parse: (body: JsonValue) => Result): Result | null {
  try {
    return parse(body);
  } catch (error) {
    if (error instanceof GarbledReply) return null;
    throw error;
  }
}
