import type { Clock } from '../engine/ports.ts';
import { isJsonObject, type JsonObject } from '../engine/protocols/json.ts';
import { composeReply, type ComposedReply } from './compose-reply.ts';
import { embedText } from './embed-text.ts';
import { readText } from './engine-prompt.ts';
import { startEngineServer, type EngineCall, type EngineServer } from './engine-server.ts';
import { generate } from './generate.ts';
import {
  printChunk,
  printError,
  printToolDelta,
  printUsage,
  printUsageChunk,
  printWhole,
  readOpenaiPrompt,
  type OpenaiHead,
} from './openai-wire.ts';
import { hashText } from './seeded-random.ts';
import { CLOUD_MODELS, type SimulatedModel } from './simulated-model.ts';
import { splitTokens } from './split-tokens.ts';
import { wait } from './wait.ts';

interface CloudEngine {
  seed: number;
  clock: Clock;
  /** Answers made so far; the ids are made of it. */
  answers: number;
}

/** The cloud-shaped engine: OpenAI's protocol below `/v1`, fast, nearly always right, priced. Any key will do. */
export function startSimulatedCloud(options: { seed: number; clock: Clock }): Promise<EngineServer> {
  const engine = { ...options, answers: 0 };
  return startEngineServer({
    serve: (call) => serve(call, engine),
    fail: (call) => call.sendJson(500, printError('server_error', 'simulated outage of the simulated cloud')),
  });
}

async function serve(call: EngineCall, engine: CloudEngine): Promise<void> {
  const handler = ROUTES[`${call.method} ${call.path}`];
  if (handler !== undefined) await handler(call, engine);
  else call.sendJson(404, printError('invalid_request_error', `Invalid URL (${call.method} ${call.path})`));
}

type Handler = (call: EngineCall, engine: CloudEngine) => void | Promise<void>;

const ROUTES: Readonly<Record<string, Handler>> = {
  'GET /v1/models': (call) => call.sendJson(200, { object: 'list', data: CLOUD_MODELS.map(printModel) }),
  'POST /v1/chat/completions': withModel('text', answer),
  'POST /v1/embeddings': withModel('embedding', embed),
};

function printModel(model: SimulatedModel): JsonObject {
  return { id: model.name, object: 'model', created: 1_767_225_600, owned_by: 'simulated' };
}

function withModel(
  kind: SimulatedModel['kind'],
  serveModel: (model: SimulatedModel, call: EngineCall, engine: CloudEngine) => void | Promise<void>,
): Handler {
  return (call, engine) => {
    const name = readText(call.body.model);
    const model = CLOUD_MODELS.find((each) => each.name === name);
    if (model?.kind === kind) return serveModel(model, call, engine);
    const message = model === undefined ? `The model '${name}' does not exist.` : `'${name}' is not a ${kind} model.`;
    call.sendJson(404, printError('invalid_request_error', message, 'model_not_found'));
  };
}

async function answer(model: SimulatedModel, call: EngineCall, engine: CloudEngine): Promise<void> {
  const { clock, seed } = engine;
  const prompt = readOpenaiPrompt(call.body);
  const reply = composeReply({ prompt, model, seed });
  const id = `chatcmpl-simulated-${hashText(String(seed)).toString(16)}-${++engine.answers}`;
  const head = { id, created: Math.floor(clock.nowMs() / 1000), model: model.name };
  const usage = printUsage(prompt.promptTokens, reply.outputTokens);
  const pieces = generate({ reply, model, clock, signal: call.signal, delayMs: call.delayMs });
  if (call.body.stream === true) {
    await stream({ call, head, reply, usage, pieces });
    return;
  }
  for await (const _piece of pieces);
  if (!call.signal.aborted) call.sendJson(200, printWhole(head, reply, usage));
}

interface Streaming {
  call: EngineCall;
  head: OpenaiHead;
  reply: ComposedReply;
  usage: JsonObject;
  pieces: ReturnType<typeof generate>;
}

async function stream({ call, head, reply, usage, pieces }: Streaming): Promise<void> {
  const out = call.stream('text/event-stream; charset=utf-8');
  out.write(printChunk(head, { role: 'assistant', content: '', refusal: null }));
  for await (const piece of pieces) {
    if (piece.type === 'text') out.write(printChunk(head, { content: piece.text }));
    else if (reply.toolCall !== null) out.write(printChunk(head, printToolDelta(head, reply.toolCall)));
  }
  if (call.signal.aborted) return;
  out.write(printChunk(head, {}, reply.finish));
  const { stream_options: options } = call.body;
  if (isJsonObject(options) && options.include_usage === true) out.write(printUsageChunk(head, usage));
  out.write('data: [DONE]\n\n');
  out.end();
}

async function embed(model: SimulatedModel, call: EngineCall, { clock }: CloudEngine): Promise<void> {
  const { input, dimensions, encoding_format: encoding } = call.body;
  const texts = Array.isArray(input) ? input.map(readText) : [readText(input)];
  if (!(await wait(clock, model.timeToFirstTokenMs, call.signal))) return;
  const data = texts.map((text, index) => {
    const vector = embedText(text, typeof dimensions === 'number' ? dimensions : undefined);
    return { object: 'embedding', index, embedding: encoding === 'base64' ? toBase64(vector) : vector };
  });
  const tokens = texts.reduce((sum, text) => sum + splitTokens(text).length, 0);
  const usage = { prompt_tokens: tokens, total_tokens: tokens };
  call.sendJson(200, { object: 'list', model: model.name, data, usage });
}

/** Little-endian float32, as OpenAI packs vectors. */
function toBase64(vector: readonly number[]): string {
  const bytes = Buffer.alloc(vector.length * 4);
  vector.forEach((value, index) => bytes.writeFloatLE(value, index * 4));
  return bytes.toString('base64');
}
