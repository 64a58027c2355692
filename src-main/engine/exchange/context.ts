import type { Clock, Log } from '../ports.ts';
import type { TokenUsage } from '../protocols/chat-event.ts';
import type { FetchImage } from '../providers/fetch-image.ts';
import type { Lanes } from '../providers/lanes.ts';
import type { ProviderAccess } from '../providers/registry.ts';
import type { UpstreamClient } from '../providers/upstream-client.ts';
import type { Endpoint } from '../routing/endpoint.ts';
import type { PromptKeeper } from '../store/finished-chat.ts';
import type { RequestRecord, UnitPrice } from '../store/records.ts';
import type { Settings } from '../../../src-shared/settings.ts';
import type { Deadlines } from './deadlines.ts';

/** What every exchange works with; built once by the composition root. */
export interface ExchangeContext {
  clock: Clock;
  log: Log;
  client: Pick<UpstreamClient, 'send'>;
  lanes: Lanes;
  deadlines: Deadlines;
  settings: () => Settings;
  providers: ProviderDirectory;
  fetchImage: FetchImage;
  warmUps: ModelLoader;
  /** Integer nano-dollars and the unit prices behind them; null when either is unknown. */
  priceCall: (endpoint: Endpoint, usage: TokenUsage) => { costNanoUsd: number | null; price: UnitPrice | null };
  /** Called once for every request, when it is over. Must be quick and must not throw. */
  onRecord: (record: RequestRecord) => void;
  /** Keeps prompts with the person's consent; null: nobody does. */
  keeper: PromptKeeper | null;
}

export type { ProviderAccess };

/** Loads models that may be wanted soon. */
export interface ModelLoader {
  /** Returns at once, and never fails. */
  begin(endpoint: Endpoint): void;
}

/** How providers are reached, as the exchange sees them. */
export interface ProviderDirectory {
  access(providerId: string): ProviderAccess | null;
  /** A provider refused our key, account or payment (401, 402, 403). */
  reportCredential(providerId: string, status: number): void;
}
