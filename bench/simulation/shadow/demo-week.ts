import { composeReply } from '../../../src-main/demo/compose-reply.ts';
import type { EnginePrompt } from '../../../src-main/demo/engine-prompt.ts';
import { isRight } from '../../../src-main/demo/known-questions.ts';
import { ANSWER_SCHEMA, createQuestions } from '../../../src-main/demo/questions.ts';
import { createSeededRandom } from '../../../src-main/demo/seeded-random.ts';
import {
  CLOUD_MODELS,
  CLOUD_PRICES,
  LOCAL_MODELS,
  type SimulatedModel,
} from '../../../src-main/demo/simulated-model.ts';
import type { KeptPrompt } from '../../../src-main/engine/jobs/kept/kept-prompts.ts';
import { lastQuestion } from '../../../src-main/engine/jobs/shadow/last-question.ts';
import type { ChatRequest } from '../../../src-main/engine/protocols/chat-request.ts';
import { UNKNOWN_CAPABILITIES, type Endpoint } from '../../../src-main/engine/routing/endpoint.ts';
import type { KnownWeek } from './simulated-week.ts';
import { idFor } from './shadow-week.ts';

const LOCALS = LOCAL_MODELS.filter(({ kind }) => kind === 'text');
const MINUTE_MS = 60_000;

/** A week of the demo's questions, answered by its simulated engines word for word as they do over HTTP. */
export function composeDemoWeek(seed: number, count: number): KnownWeek {
  const cloud = CLOUD_MODELS.find(({ name }) => name === 'sim-cloud-large');
  if (cloud === undefined) throw new Error('the demo has no large cloud model');
  const random = createSeededRandom('demo week', seed);
  const questions = createQuestions();
  const kinds = [questions.capital, questions.product, questions.product, questions.symbol];
  const prompts = Array.from({ length: count }, (_, place) => {
    const ask = kinds[Math.floor(random() * kinds.length)] ?? questions.product;
    return toPrompt({ seed, place, cloud, request: toRequest(ask(), random() < 0.4), words: random() < 0.3 });
  });
  const acceptedTo = new Map(prompts.map((prompt) => [`user: ${lastQuestion(prompt.request)}`, textOf(prompt)]));
  return {
    prompts,
    endpoints: LOCALS.map(toEndpoint),
    answer: (endpoint, request) => say(LOCALS.find(({ name }) => name === endpoint.model) ?? cloud, request, seed),
    isAsGood: (request, answer) => isRight({ prompt: request, reply: answer }) === true,
    acceptedTo: (request) => acceptedTo.get(request) ?? null,
    truth: new Map(LOCALS.map((model) => [toEndpoint(model).id, truthOf(model, prompts, seed)])),
  };
}

function toRequest(question: string, asJson: boolean): ChatRequest {
  return {
    ...{ model: 'auto', mode: 'chat', stream: false },
    messages: [{ role: 'user', parts: [{ type: 'text', text: question }] }],
    ...(asJson ? { output: { type: 'json_schema', schema: ANSWER_SCHEMA } } : {}),
  };
}

function toPrompt(parts: {
  seed: number;
  place: number;
  cloud: SimulatedModel;
  request: ChatRequest;
  words: boolean;
}): KeptPrompt {
  const { seed, place, cloud, request } = parts;
  const text = say(cloud, request, seed);
  // Some people paste a page along with their question.
  const inputTokens = 30 + (parts.words ? 4_000 : 0);
  const price = CLOUD_PRICES[cloud.name] ?? { input: 0, output: 0 };
  return {
    requestId: idFor(seed, place),
    keptAtMs: 1_700_000_000_000 + place * MINUTE_MS,
    endpoint: `cloud/${cloud.name}`,
    ...{ track: 'cloud', mayLeave: true, app: null, kind: null, finishReason: 'stop' },
    costNanoUsd: Math.round(inputTokens * price.input * 1_000 + (text.length / 4) * price.output * 1_000),
    request,
    answer: [{ type: 'text', text }],
  };
}

function say(model: SimulatedModel, request: ChatRequest, seed: number): string {
  const { output } = request;
  const prompt: EnginePrompt = {
    ...{ question: lastQuestion(request), toolResult: null, tools: [], toolChoice: 'auto', stop: [] },
    ...{ maxTokens: Infinity, think: false, promptTokens: 30 },
    output: output === undefined ? null : output.type === 'json' ? 'json' : output.schema,
  };
  return composeReply({ prompt, model, seed }).text.join('');
}

function toEndpoint({ name, sizeBytes, contextTokens }: SimulatedModel): Endpoint {
  return {
    ...{ id: `ollama/${name}`, providerId: 'ollama', model: name, track: 'local', protocol: 'ollama' },
    capabilities: { ...UNKNOWN_CAPABILITIES, text: true, embeddings: false, jsonSchema: true },
    ...{ contextTokens, maxOutputTokens: null, takesSampling: true, sizeBytes, loaded: false },
  };
}

/** Right, and where a program reads it, without a fence around it. */
function truthOf(
  model: SimulatedModel,
  prompts: readonly KeptPrompt[],
  seed: number,
): { quality: number; ofMoney: number } {
  const good = prompts.filter(({ request }) => {
    const reply = say(model, request, seed);
    return (
      isRight({ prompt: lastQuestion(request), reply }) === true &&
      !(request.output !== undefined && reply.startsWith('`'))
    );
  });
  const cost = (of: readonly KeptPrompt[]) => of.reduce((sum, { costNanoUsd }) => sum + (costNanoUsd ?? 0), 0);
  return { quality: good.length / prompts.length, ofMoney: cost(good) / cost(prompts) };
}

function textOf({ answer }: KeptPrompt): string {
  return answer.map((part) => (part.type === 'text' ? part.text : '')).join('');
}
