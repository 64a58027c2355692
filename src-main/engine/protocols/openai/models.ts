import type { JsonObject } from '../json.ts';

/** What a model list tells of one model. */
export interface ListedModel {
  id: string;
  /** Whose it is: the provider's id. */
  ownedBy: string;
}

/** One model as `GET /v1/models/{id}` shows it. The schema demands `created`, which providers do not tell us. */
export function printOpenAiModel(model: ListedModel): JsonObject {
  return {
    id: model.id,
    object: 'model',
    created: 0,
    owned_by: model.ownedBy,
  };
}

/**
 * The answer of `GET /v1/models`. Codex refuses a list without `models` and, in it, every entry that lacks one of its own
 * catalogue's many fields; an empty one makes it use the model name as it is.
 */
export function printOpenAiModelList(models: readonly ListedModel[]): JsonObject {
  return { object: 'list', data: models.map(printOpenAiModel), models: [] };
}
