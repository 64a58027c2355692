import type { ExchangeContext, ProviderAccess } from '../exchange/context.ts';
import type { RouteFinder } from '../exchange/find-route.ts';
import type { JsonReply } from '../providers/request-json.ts';
import type { BudgetBook } from '../spend/budget-book.ts';
import type { AppKeys } from '../spend/app-keys.ts';
import type { Endpoint } from '../routing/endpoint.ts';

/** What the surfaces work with. */
export interface GatewayServices {
  context: ExchangeContext;
  finder: RouteFinder;
  apps: AppKeys;
  budgets: Pick<BudgetBook, 'whyRefused'>;
  /** Told of every request for an answer: the machine is in use. A few fields are looked at, no more. */
  onRequest(): void;
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
