import type { JsonObject } from '../json.ts';

/** What is known of a model that is listed. */
export interface ListedModel {
  id: string;
  displayName?: string;
  /** Unix milliseconds; the epoch stands for "unknown", as the format says. */
  createdAtMs?: number;
  contextTokens?: number | null;
  maxOutputTokens?: number | null;
}

/** `GET /v1/models/{id}` for clients that send `anthropic-version`. */
export function printAnthropicModel(model: ListedModel): JsonObject {
  return {
    type: 'model',
    id: model.id,
    display_name: model.displayName ?? model.id,
    created_at: new Date(model.createdAtMs ?? 0).toISOString(),
    lifecycle: 'active',
    line: null,
    deprecated_at: null,
    retires_at: null,
    capabilities: null,
    max_input_tokens: model.contextTokens ?? null,
    max_tokens: model.maxOutputTokens ?? null,
  };
}

/** `GET /v1/models` for clients that send `anthropic-version`: all on one page, never null. */
export function printAnthropicModelList(models: readonly ListedModel[]): JsonObject {
  return {
    data: models.map(printAnthropicModel),
    has_more: false,
    first_id: models[0]?.id ?? null,
    last_id: models.at(-1)?.id ?? null,
  };
}
