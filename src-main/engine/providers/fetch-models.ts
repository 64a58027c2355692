import type { Clock } from '../ports.ts';
import { GarbledReply } from '../protocols/failure.ts';
import { parseOllamaTags } from '../protocols/ollama/parse-models.ts';
import { isJsonObject, type JsonValue } from '../protocols/json.ts';
import type { BadReply } from './describe-reply.ts';
import { parseModelList, type ListedModel } from './parse-model-list.ts';
import type { Provider } from './provider.ts';
import { requestJson, type JsonReply } from './request-json.ts';

export interface FetchOptions {
  clock: Clock;
  provider: Provider;
  /** null: without a key. */
  secret: string | null;
  timeoutMs: number;
  signal?: AbortSignal;
}

export type FetchedModels = { kind: 'models'; models: ListedModel[] } | { kind: 'bad'; path: string; reply: BadReply };

/** Anthropic's list comes in pages of up to 1000; more pages than this are no model list. */
const MAX_PAGES = 20;

/** Version that Anthropic's API is called with when there is no client to say another. */
const ANTHROPIC_VERSION = '2023-06-01';

/** GET below a provider's base URL with its key. */
export function getFrom(path: string, options: FetchOptions): Promise<JsonReply> {
  const { clock, provider, secret, timeoutMs, signal } = options;
  const version = provider.kind === 'anthropic' ? ['anthropic-version', ANTHROPIC_VERSION] : [];
  const headers = [...provider.headers(secret), ...version];
  const common = { clock, origin: provider.origin, path: provider.pathFor(path), headers, timeoutMs };
  return requestJson(signal === undefined ? common : { ...common, signal });
}

/** Reads a provider's whole list of models; null when its settings say that it has none. */
export async function fetchModels(options: FetchOptions): Promise<FetchedModels | null> {
  const { settings, kind } = options.provider;
  if (settings.modelsPath === null) return null;
  const models: ListedModel[] = [];
  let after: string | null = null;
  for (let page = 0; page < MAX_PAGES; page++) {
    const path = kind === 'anthropic' ? pageOf(settings.modelsPath, after) : settings.modelsPath;
    const reply = await getFrom(path, options);
    if (reply.kind !== 'ok') return { kind: 'bad', path: settings.modelsPath, reply };
    const parsed = parse(reply.body, kind);
    if (parsed === null) {
      return { kind: 'bad', path: settings.modelsPath, reply: { kind: 'garbled', reason: 'other_json' } };
    }
    models.push(...parsed.models);
    if (parsed.next === null || parsed.next === after) break;
    after = parsed.next;
  }
  return { kind: 'models', models };
}

function pageOf(path: string, after: string | null): string {
  return after === null ? `${path}?limit=1000` : `${path}?limit=1000&after_id=${encodeURIComponent(after)}`;
}

/** null when the body is JSON, but no list of models of this kind. */
function parse(body: JsonValue, kind: Provider['kind']): ReturnType<typeof parseModelList> | null {
  try {
    if (kind !== 'ollama') return parseModelList(body);
    if (!isJsonObject(body)) return null;
    const names = parseOllamaTags(body).map((model) => ({ id: model.name }));
    return parseModelList({ models: names });
  } catch (error) {
    if (error instanceof GarbledReply) return null;
    throw error;
  }
}
