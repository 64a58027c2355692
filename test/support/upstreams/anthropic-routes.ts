import type { JsonObject } from '../../../src-main/engine/protocols/json.ts';
import { problem } from './problem.ts';
import { jsonReply, type Asked, type RawReply } from './script.ts';
import type { UpstreamModel } from './upstream-model.ts';
import type { UpstreamState } from './upstream-state.ts';
import { CREATED_AT } from './wire-format.ts';

/** `GET /models` in pages, `GET /models/ID`, `POST /messages/count_tokens`; all else is Anthropic's 404. */
export function serveAnthropic(asked: Asked, state: UpstreamState): RawReply {
  const { method } = asked.request;
  if (method === 'GET' && asked.path === '/models') return listModels(asked.request.query, state.models);
  if (method === 'GET' && asked.path.startsWith('/models/')) {
    const name = decodeURIComponent(asked.path.slice('/models/'.length));
    const model = state.models.find((each) => each.name === name);
    return model === undefined
      ? problem({ status: 404, message: `model: ${name}` })(asked)
      : jsonReply(printModel(model));
  }
  if (method === 'POST' && asked.path === '/messages/count_tokens') return countTokens(asked.request.body);
  return problem({ status: 404, message: 'Not Found' })(asked);
}

/** `limit` (default 20, at most 1000) and `after_id`, newest first. */
function listModels(query: URLSearchParams, models: readonly UpstreamModel[]): RawReply {
  const limit = Math.min(1000, Number(query.get('limit') ?? 20));
  const after = models.findIndex((each) => each.name === query.get('after_id'));
  const page = models.slice(after + 1, after + 1 + limit);
  return jsonReply({
    data: page.map(printModel),
    has_more: after + 1 + limit < models.length,
    first_id: page[0]?.name ?? null,
    last_id: page.at(-1)?.name ?? null,
  });
}

function printModel(model: UpstreamModel): JsonObject {
  return {
    type: 'model',
    id: model.name,
    display_name: model.name,
    created_at: CREATED_AT,
    lifecycle: 'active',
    max_input_tokens: model.contextTokens ?? null,
    max_tokens: model.maxOutputTokens ?? null,
  };
}

/** One token for four characters of everything that is counted: near enough, and known to the test. */
function countTokens(body: JsonObject): RawReply {
  const counted = JSON.stringify([body.system ?? null, body.messages ?? null, body.tools ?? null]);
  return jsonReply({ input_tokens: Math.ceil(counted.length / 4) });
}
