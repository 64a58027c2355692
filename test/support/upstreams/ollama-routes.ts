import { createHash } from 'node:crypto';
import type { JsonObject } from '../../../src-main/engine/protocols/json.ts';
import { printListed, printLoaded, printShown } from './ollama-models.ts';
import { problem } from './problem.ts';
import { jsonReply, type Asked, type RawReply } from './script.ts';
import { textOf } from './text-of.ts';
import { embed, type UpstreamModel } from './upstream-model.ts';
import type { UpstreamState } from './upstream-state.ts';

type Handler = (asked: Asked, state: UpstreamState) => RawReply;

const ROUTES: Readonly<Record<string, Handler>> = {
  'GET /': () => plain('Ollama is running'),
  'GET /api/version': (_, state) => jsonReply({ version: state.version }),
  'GET /api/tags': (_, state) => jsonReply({ models: state.models.map(printListed) }),
  'GET /api/ps': (_, state) => jsonReply({ models: state.models.filter((each) => each.isLoaded).map(printLoaded) }),
  'POST /api/show': withModel((model) => jsonReply(printShown(model))),
  'POST /api/embed': withModel((model, asked) => {
    const { input, dimensions } = asked.request.body;
    const texts = Array.isArray(input) ? input.map(textOf) : [textOf(input)];
    const length = typeof dimensions === 'number' ? dimensions : (model.vectorLength ?? 8);
    const embeddings = texts.map((text) => embed(text, length));
    const timings = { total_duration: 20_000_000, load_duration: 1_000_000 };
    const tokens = texts.reduce((sum, text) => sum + text.split(/\s+/u).length, 0);
    return jsonReply({ model: model.name, embeddings, ...timings, prompt_eval_count: tokens });
  }),
  'POST /api/embeddings': withModel((model, asked) =>
    jsonReply({ embedding: embed(textOf(asked.request.body.prompt), model.vectorLength ?? 8) }),
  ),
  'POST /api/pull': (asked, state) => {
    const name = namedModel(asked.request.body);
    if (!state.models.some((each) => each.name === name)) state.models.push({ name, capabilities: ['completion'] });
    return progress(asked, PULL_STEPS);
  },
  'POST /api/push': (asked) => progress(asked, PULL_STEPS),
  'POST /api/create': (asked, state) => {
    state.models.push({ name: namedModel(asked.request.body), capabilities: ['completion'] });
    return progress(asked, [{ status: 'parsing GGUF' }, { status: 'writing manifest' }, { status: 'success' }]);
  },
  'POST /api/copy': (asked, state) => {
    const { source, destination } = asked.request.body;
    const model = state.models.find((each) => each.name === source);
    if (model === undefined) return problem({ status: 404, message: `model "${textOf(source)}" not found` })(asked);
    state.models.push({ ...model, name: textOf(destination) });
    return { chunks: [] };
  },
  'DELETE /api/delete': (asked, state) => {
    const name = namedModel(asked.request.body);
    const before = state.models.length;
    state.models = state.models.filter((each) => each.name !== name);
    if (state.models.length < before) return { chunks: [] };
    return problem({ status: 404, message: `model '${name}' not found` })(asked);
  },
};

const DIGEST = `sha256:${'ab'.repeat(32)}`;

const PULL_STEPS: readonly JsonObject[] = [
  { status: 'pulling manifest' },
  { status: `pulling ${DIGEST.slice(7, 19)}`, digest: DIGEST, total: 2048 },
  { status: `pulling ${DIGEST.slice(7, 19)}`, digest: DIGEST, total: 2048, completed: 1024 },
  { status: `pulling ${DIGEST.slice(7, 19)}`, digest: DIGEST, total: 2048, completed: 2048 },
  { status: 'verifying sha256 digest' },
  { status: 'writing manifest' },
  { status: 'success' },
];

/**
 * Everything but chat and generate. Unknown paths below `/v1` and `/api/experimental` answer with what they were sent,
 * byte for byte; others are the 404 and 405 of Ollama's router, in plain text.
 */
export function serveOllama(asked: Asked, state: UpstreamState): RawReply {
  const method = asked.request.method === 'HEAD' ? 'GET' : asked.request.method;
  const handler = ROUTES[`${method} ${asked.path}`];
  if (handler !== undefined) return handler(asked, state);
  if (asked.path.startsWith('/api/blobs/')) return serveBlob(asked, state);
  if (/^\/(?:v1|api\/experimental)\//u.test(asked.path)) return echo(asked);
  const isKnown = Object.keys(ROUTES).some((route) => route.endsWith(` ${asked.path}`));
  return isKnown ? plain('405 method not allowed', 405) : plain('404 page not found', 404);
}

/** `model`, or the older `name`, which the `ollama` package still sends on pull, push and delete. */
function namedModel(body: JsonObject): string {
  return textOf(body.model ?? body.name);
}

function withModel(serve: (model: UpstreamModel, asked: Asked) => RawReply): Handler {
  return (asked, state) => {
    const name = namedModel(asked.request.body);
    const model = state.models.find((each) => each.name === name || each.name === `${name}:latest`);
    return model === undefined
      ? problem({ status: 404, message: `model '${name}' not found` })(asked)
      : serve(model, asked);
  };
}

function progress(asked: Asked, steps: readonly JsonObject[]): RawReply {
  if (asked.request.body.stream === false) return jsonReply({ status: 'success' });
  const chunks = steps.map((step) => `${JSON.stringify(step)}\n`);
  return { headers: { 'content-type': 'application/x-ndjson' }, chunks };
}

function serveBlob(asked: Asked, state: UpstreamState): RawReply {
  const digest = asked.path.slice('/api/blobs/'.length);
  if (asked.request.method === 'HEAD') return { status: state.blobs.has(digest) ? 200 : 404 };
  if (asked.request.method !== 'POST') return plain('405 method not allowed', 405);
  const sum = `sha256:${createHash('sha256').update(asked.request.rawBody).digest('hex')}`;
  if (sum !== digest) return problem({ status: 400, message: 'digest does not match' })(asked);
  state.blobs.add(digest);
  return { status: 201 };
}

function echo(asked: Asked): RawReply {
  const type = asked.request.headers['content-type'] ?? 'application/octet-stream';
  const headers = { 'content-type': type, 'x-upstream-echo': `${asked.request.method} ${asked.request.path}` };
  return { headers, chunks: asked.request.rawBody.length === 0 ? [] : [asked.request.rawBody] };
}

function plain(text: string, status = 200): RawReply {
  return { status, headers: { 'content-type': 'text/plain; charset=utf-8' }, chunks: [text] };
}
