import { printAnthropicModel, printAnthropicModelList } from '../../protocols/anthropic/print-model-list.ts';
import { printOpenAiModel, printOpenAiModelList } from '../../protocols/openai/models.ts';
import type { GatewayCall } from '../call.ts';
import { inferChat, inferEmbeddings } from '../infer.ts';
import { listModels } from '../list-models.ts';
import { sendFailure, sendJson } from '../respond.ts';
import type { RouteTable } from '../router.ts';
import type { GatewayServices } from '../services.ts';

/** `/v1` as OpenAI's clients know it, and its model list as Anthropic's clients know that. */
export function openAiRoutes(services: GatewayServices): RouteTable {
  return {
    'POST /v1/chat/completions': inferChat(services, 'openai-chat'),
    'POST /v1/completions': inferChat(services, 'openai-completions'),
    'POST /v1/responses': inferChat(services, 'openai-responses'),
    'POST /v1/embeddings': inferEmbeddings(services, 'openai'),
    'GET /v1/models': (call) => sendModels(services, call),
    'GET /v1/models/*': (call) => sendModel(services, call),
  };
}

function sendModels(services: GatewayServices, call: GatewayCall): void {
  const models = listModels(services);
  sendJson(call, 200, call.protocol === 'anthropic' ? printAnthropicModelList(models) : printOpenAiModelList(models));
}

/** Clients percent-encode slashes and colons of a name, or do not. */
function sendModel(services: GatewayServices, call: GatewayCall): void {
  const wanted = decode(call.path.slice('/v1/models/'.length));
  const models = listModels(services);
  const [endpoint] = services.finder.models.resolve(wanted, null);
  const model = models.find((each) => each.id === wanted || (endpoint !== undefined && each.endpoint === endpoint));
  if (model !== undefined) {
    sendJson(call, 200, call.protocol === 'anthropic' ? printAnthropicModel(model) : printOpenAiModel(model));
    return;
  }
  const near = services.finder.models.nearestNames(wanted, 3);
  const hint = near.length === 0 ? '' : ` Did you mean ${near.join(', ')}?`;
  sendFailure(call, { code: 'unknown_model', message: `model '${wanted}' not found.${hint}`, param: 'model' });
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
