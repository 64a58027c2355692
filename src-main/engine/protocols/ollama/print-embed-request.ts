import type { EmbeddingRequest } from '../embeddings.ts';
import { InvalidRequest } from '../failure.ts';
import type { PrintedRequest, PrintTarget } from '../format.ts';
import { omitUndefined } from '../omit-undefined.ts';

/** Prints a request for `POST /api/embed`. Token arrays are an InvalidRequest: Ollama takes texts only. */
export function printOllamaEmbedRequest(request: EmbeddingRequest, target: Pick<PrintTarget, 'model'>): PrintedRequest {
  const texts = request.inputs.filter((input) => typeof input === 'string');
  if (texts.length !== request.inputs.length) {
    throw new InvalidRequest('Ollama embeds texts, not arrays of tokens.', 'input', 'unsupported_feature');
  }
  const { extra } = request;
  const isOwn = extra?.protocol === 'ollama';
  const optional = { dimensions: request.dimensions, truncate: request.truncate, keep_alive: request.keepAlive };
  const body = { ...(isOwn && extra.fields), model: target.model, input: texts, ...omitUndefined(optional) };
  const foreign = extra === undefined || isOwn ? [] : Object.keys(extra.fields);
  const adjusted = foreign.length === 0 ? [] : [`${extra?.protocol} fields left out: ${foreign.join(', ')}`];
  return { path: '/api/embed', body, adjusted };
}
