import type { Clock } from '../engine/ports.ts';
import type { JsonObject } from '../engine/protocols/json.ts';
import { composeReply, type ComposedReply } from './compose-reply.ts';
import { embedText } from './embed-text.ts';
import { readText } from './engine-prompt.ts';
import { startEngineServer, type EngineCall, type EngineServer } from './engine-server.ts';
import { generate } from './generate.ts';
import { printListed, printLoaded, printShown, SIMULATED_VERSION } from './local-models.ts';
import { LocalMemory } from './local-memory.ts';
import { OLLAMA_WIRES, readOllamaPrompt, type OllamaWire, type WireTiming } from './ollama-wire.ts';
import { LOCAL_MODELS, type SimulatedModel } from './simulated-model.ts';
import { splitTokens } from './split-tokens.ts';
import { wait } from './wait.ts';

interface LocalEngine {
  seed: number;
  clock: Clock;
  /** Its own, which may change. */
  models: SimulatedModel[];
  memory: LocalMemory;
  version: string;
}

/** What may become another while it runs, as after an update or a pull. */
export type ModelChanges = Partial<
  Pick<
    SimulatedModel,
    | 'digest'
    | 'timeToFirstTokenMs'
    | 'tokensPerSecond'
    | 'promptTokensPerSecond'
    | 'loadMs'
    | 'contextTokens'
    | 'sizeBytes'
    | 'isSteady'
  >
>;

export interface LocalSwitches {
  /** A model is another one from now on; one that it does not have is passed over. */
  changeModel(name: string, changes: ModelChanges): void;
  /** As after `ollama rm`. */
  removeModel(name: string): void;
  setVersion(version: string): void;
}

/** The Ollama-shaped engine: slow, free, sometimes wrong. */
export async function startSimulatedLocal(options: {
  seed: number;
  clock: Clock;
}): Promise<EngineServer & LocalSwitches> {
  const models = LOCAL_MODELS.map((model) => ({ ...model }));
  const memory = new LocalMemory(options.clock, models);
  const engine: LocalEngine = { ...options, models, memory, version: SIMULATED_VERSION };
  const server = await startEngineServer({
    serve: (call) => serve(call, engine),
    fail: (call) => call.sendJson(500, { error: 'simulated outage of the simulated local engine' }),
  });
  return Object.assign(server, {
    changeModel(name: string, changes: ModelChanges) {
      const model = models.find((each) => each.name === name);
      if (model !== undefined) Object.assign(model, changes);
    },
    removeModel(name: string) {
      const place = models.findIndex((each) => each.name === name);
      if (place !== -1) models.splice(place, 1);
    },
    setVersion: (version: string) => void (engine.version = version),
  });
}

async function serve(call: EngineCall, engine: LocalEngine): Promise<void> {
  const method = call.method === 'HEAD' ? 'GET' : call.method;
  const handler = ROUTES[`${method} ${call.path}`];
  if (handler !== undefined) await handler(call, engine);
  else call.sendText(404, '404 page not found');
}

type Handler = (call: EngineCall, engine: LocalEngine) => void | Promise<void>;

const ROUTES: Readonly<Record<string, Handler>> = {
  'GET /': (call) => call.sendText(200, 'Ollama is running (simulated)'),
  'GET /api/version': (call, { version }) => call.sendJson(200, { version }),
  'GET /api/tags': (call, { models }) => call.sendJson(200, { models: models.map(printListed) }),
  'GET /api/ps': (call, { memory }) =>
    call.sendJson(200, { models: memory.list().map((loaded) => printLoaded(loaded.model, loaded.expiresAtMs)) }),
  'POST /api/show': withModel((model, call) => call.sendJson(200, printShown(model))),
  'POST /api/chat': withModel((model, call, engine) => answer({ model, call, engine, wire: OLLAMA_WIRES.chat })),
  'POST /api/generate': withModel((model, call, engine) =>
    answer({ model, call, engine, wire: OLLAMA_WIRES.generate }),
  ),
  'POST /api/embed': withModel(embed),
};

function withModel(
  serveModel: (model: SimulatedModel, call: EngineCall, engine: LocalEngine) => void | Promise<void>,
): Handler {
  return (call, engine) => {
    const name = readText(call.body.model);
    const model = engine.models.find((each) => each.name === name);
    if (model !== undefined) return serveModel(model, call, engine);
    call.sendJson(404, { error: `model '${name}' not found` });
  };
}

interface Answering {
  model: SimulatedModel;
  call: EngineCall;
  engine: LocalEngine;
  wire: OllamaWire;
}

/** Chat and generate: the same thing in two shapes. */
async function answer(answering: Answering): Promise<void> {
  const { model, call, engine, wire } = answering;
  const refusal = whyRefused(model, call.body);
  if (refusal !== null) {
    call.sendJson(400, { error: refusal });
    return;
  }
  const head = { model: model.name, created_at: new Date(engine.clock.nowMs()).toISOString() };
  const prompt = readOllamaPrompt(call.body);
  const { loadMs, keeps } = engine.memory.use(model, call.body.keep_alive);
  if (prompt.question === '' && prompt.toolResult === null) {
    const ending = { done: true, done_reason: keeps ? 'load' : 'unload' };
    call.sendJson(200, { ...head, ...wire.piece({ text: '' }), ...ending });
    return;
  }
  const reply = composeReply({ prompt, model, seed: engine.seed });
  const out = call.body.stream === false ? null : call.stream('application/x-ndjson');
  const write = (fields: JsonObject): void => out?.write(`${JSON.stringify({ ...head, ...fields })}\n`);
  const readingMs = (prompt.promptTokens / (model.promptTokensPerSecond ?? Infinity)) * 1_000;
  const timing = await letOut({ ...answering, reply, loadMs, readingMs, write });
  if (call.signal.aborted) return;
  const ending = wire.ending({ reply, promptTokens: prompt.promptTokens, timing });
  if (out === null) call.sendJson(200, { ...head, ...wire.whole(reply), ...ending });
  else write({ ...wire.piece({ text: '' }), ...ending });
  out?.end();
}

interface LettingOut extends Answering {
  reply: ComposedReply;
  loadMs: number;
  readingMs: number;
  write: (fields: JsonObject) => void;
}

/** Writes the pieces at the model's speed and says how long it took. */
async function letOut({ model, call, engine, wire, reply, loadMs, readingMs, write }: LettingOut): Promise<WireTiming> {
  const { clock } = engine;
  const startMs = clock.monotonicMs();
  let firstMs: number | null = null;
  const delayMs = loadMs + readingMs + call.delayMs;
  for await (const piece of generate({ reply, model, clock, signal: call.signal, delayMs })) {
    firstMs ??= clock.monotonicMs();
    const fields = piece.type === 'tool_call' ? { toolCall: reply.toolCall } : { [piece.type]: piece.text };
    write({ ...wire.piece(fields), done: false });
  }
  const endMs = clock.monotonicMs();
  return { startMs, firstMs: firstMs ?? endMs, endMs, loadMs };
}

function whyRefused(model: SimulatedModel, body: JsonObject): string | null {
  if (model.kind === 'embedding') return `"${model.name}" does not support chat`;
  const wantsThinking = body.think !== undefined && body.think !== null && body.think !== false;
  return wantsThinking && !model.thinks ? `"${model.name}" does not support thinking` : null;
}

async function embed(model: SimulatedModel, call: EngineCall, { clock, memory }: LocalEngine): Promise<void> {
  const { input, dimensions } = call.body;
  const texts = Array.isArray(input) ? input.map(readText) : [readText(input)];
  const { loadMs } = memory.use(model, call.body.keep_alive);
  if (!(await wait(clock, loadMs + model.timeToFirstTokenMs, call.signal))) return;
  call.sendJson(200, {
    model: model.name,
    embeddings: texts.map((text) => embedText(text, typeof dimensions === 'number' ? dimensions : undefined)),
    total_duration: (loadMs + model.timeToFirstTokenMs) * 1_000_000,
    load_duration: loadMs * 1_000_000,
    prompt_eval_count: texts.reduce((sum, text) => sum + splitTokens(text).length, 0),
  });
}
