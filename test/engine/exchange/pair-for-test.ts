import { onTestFinished } from 'vitest';
import type { ProviderKind } from '../../../src-shared/catalogue.ts';
import type { ModelStatus } from '../../../src-shared/control.ts';
import { ManualClock } from '../../support/manual-clock.ts';
import { startTestEngine, type TestEngine } from '../../support/start-test-engine.ts';
import { startUpstream, type Upstream } from '../../support/upstreams/start-upstream.ts';

/** Two upstreams in a fixed order (the optimizer is off) behind the running engine, whose clock stands still until the test moves it. */
export interface Pair {
  /** Tried first for `pointsman/fast`. */
  first: Upstream;
  second: Upstream;
  clock: ManualClock;
  engine: TestEngine;
  url: string;
  /** Asks for a chat; `model` defaults to `pointsman/fast`, which tries both in their order. */
  chat(options?: ChatOptions): Promise<Response>;
  /** What is written down by now, newest first, once it is `count` requests. */
  recorded: TestEngine['recorded'];
  endpoint(id: string): Promise<ModelStatus>;
}

interface ChatOptions {
  surface?: Surface;
  model?: string;
  stream?: boolean;
  signal?: AbortSignal;
  body?: Record<string, unknown>;
}

export type Surface = 'openai' | 'anthropic' | 'ollama';

const PATHS: Readonly<Record<Surface, string>> = {
  openai: '/v1/chat/completions',
  anthropic: '/v1/messages',
  ollama: '/api/chat',
};

export interface PairOptions {
  /** Kinds of the two upstreams; default: OpenAI both. */
  kinds?: readonly [ProviderKind, ProviderKind];
  /** Added to the engine's settings. */
  settings?: Record<string, unknown>;
  /** Added to the first provider's settings. */
  first?: Record<string, unknown>;
  /** The key that the first upstream wants; the engine has `sk-upstream`. */
  firstKey?: string;
}

/** Both upstreams have one model, `m`, so that `m` alone means the first, then the second. */
export async function pairForTest(options: PairOptions = {}): Promise<Pair> {
  const [firstKind, secondKind] = options.kinds ?? ['openai', 'openai'];
  const models = [{ name: 'm', capabilities: ['completion', 'tools'] }];
  const key = options.firstKey === undefined ? {} : { key: options.firstKey };
  const first = await startUpstream({ kind: firstKind, models, ...key });
  const second = await startUpstream({ kind: secondKind, models });
  const clock = new ManualClock();
  const engine = await startTestEngine({
    clock,
    keys: { first: 'sk-upstream', second: 'sk-upstream' },
    settings: {
      providers: [
        { ...provider('first', firstKind, first.url), ...options.first },
        provider('second', secondKind, second.url),
      ],
      models: { preferredCloud: ['first/m', 'second/m'] },
      optimizer: { enabled: false },
      ...options.settings,
    },
  });
  onTestFinished(async () => {
    await engine.stop();
    await Promise.all([first.stop(), second.stop()]);
  });
  return {
    first,
    second,
    clock,
    engine,
    url: engine.url,
    chat: (chat) => ask(engine.url, chat),
    async recorded(count) {
      await clock.advance(1_000);
      return engine.recorded(count);
    },
    async endpoint(id) {
      const { models: listed } = (await (await engine.control('/control/v1/models')).json()) as {
        models: ModelStatus[];
      };
      const found = listed.find((model) => model.id === id);
      if (found === undefined) throw new Error(`no endpoint ${id}`);
      return found;
    },
  };
}

function provider(id: string, kind: ProviderKind, baseUrl: string): Record<string, unknown> {
  const auth = { openai: 'bearer', anthropic: 'x-api-key', ollama: 'none' }[kind];
  const modelsPath = kind === 'ollama' ? '/api/tags' : '/models';
  return { id, name: id, kind, track: 'cloud', baseUrl, auth, modelsPath };
}

function ask(url: string, options: ChatOptions = {}): Promise<Response> {
  const { surface = 'openai', model = 'pointsman/fast', stream = false, signal, body } = options;
  return fetch(url + PATHS[surface], {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ model, messages: [{ role: 'user', content: 'Hello' }], max_tokens: 100, stream, ...body }),
    ...(signal === undefined ? {} : { signal }),
  });
}
