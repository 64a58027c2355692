import type { ExchangeContext, ProviderAccess } from '../exchange/context.ts';
import type { RouteFinder } from '../exchange/find-route.ts';
import type { JsonReply } from '../providers/request-json.ts';
import type { Endpoint } from '../routing/endpoint.ts';

/** What the surfaces work with. */
export interface GatewayServices {
  context: ExchangeContext;
  finder: RouteFinder;
  /** The local Ollama; null when the person has switched it off. */
  ollama(): ProviderAccess | null;
  /** Its version as last seen; null when it was never seen. */
  ollamaVersion(): string | null;
  /** A small admin call to Ollama. */
  askOllama(path: string): Promise<JsonReply>;
  /** Unix milliseconds. */
  startedAtMs: number;
  endpoints(): readonly Endpoint[];
}
