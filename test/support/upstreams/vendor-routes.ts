import type { ProviderKind } from '../../../src-shared/catalogue.ts';
import { serveAnthropic } from './anthropic-routes.ts';
import { serveOllama } from './ollama-routes.ts';
import { serveOpenai } from './openai-routes.ts';
import type { Asked, RawReply } from './script.ts';
import type { UpstreamState } from './upstream-state.ts';

/** Answers everything but generation (model lists, embeddings, administration) as the vendor does. */
export const VENDOR_ROUTES: Readonly<Record<ProviderKind, (asked: Asked, state: UpstreamState) => RawReply>> = {
  openai: serveOpenai,
  anthropic: serveAnthropic,
  ollama: serveOllama,
};
