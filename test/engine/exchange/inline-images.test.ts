import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished, test } from 'vitest';
import type { ImageNetwork } from '../../../src-main/engine/providers/fetch-image.ts';
import { settingsFor } from '../../support/start-gateway.ts';
import { startTestEngine, type TestEngine } from '../../support/start-test-engine.ts';
import { startUpstream, type Upstream } from '../../support/upstreams/start-upstream.ts';

const PNG = Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), Buffer.alloc(400)]);
const BASE64 = PNG.toString('base64');
const MODEL = 'llava:7b';

/** Every name is this machine, which may be called. */
const loopback: ImageNetwork = {
  resolve: () => Promise.resolve(['127.0.0.1']),
  isAllowed: (address) => address === '127.0.0.1',
};

interface Rig {
  engine: TestEngine;
  ollama: Upstream;
  /** Second in line for `pointsman/auto`; null unless asked for. */
  openai: Upstream | null;
  images: ImageServer;
  post(path: string, body: Record<string, unknown>, signal?: AbortSignal): Promise<Response>;
}

interface RigOptions {
  fetchRemote?: boolean;
  localOnly?: boolean;
  withOpenAi?: boolean;
  maxBodyBytes?: number;
}

async function rigForTest(options: RigOptions = {}): Promise<Rig> {
  const ollama = await startUpstream({ kind: 'ollama' });
  const openai = options.withOpenAi === true ? await startUpstream({ kind: 'openai' }) : null;
  const images = await ImageServer.start();
  const engine = await startTestEngine({
    imageNetwork: loopback,
    settings: {
      ...(openai === null ? {} : settingsFor('openai', openai.url)),
      ...settingsFor('ollama', ollama.url),
      images: { fetchRemote: options.fetchRemote ?? true },
      privacy: { localOnly: options.localOnly ?? false },
      ...(options.maxBodyBytes === undefined ? {} : { gateway: { maxBodyBytes: options.maxBodyBytes } }),
    },
  });
  onTestFinished(async () => {
    await engine.stop();
    await Promise.all([ollama.stop(), openai?.stop(), images.stop()]);
  });
  const post = (path: string, body: Record<string, unknown>, signal?: AbortSignal) =>
    fetch(engine.url + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ model: MODEL, ...body }),
      ...(signal === undefined ? {} : { signal }),
    });
  return { engine, ollama, openai, images, post };
}

/** Serves images on loopback: `/…png` at once, `/missing` never, `/slow…` when it is told to. */
class ImageServer {
  readonly asked: string[] = [];
  mostAtOnce = 0;
  readonly #held: ServerResponse[] = [];
  readonly #server = createServer((request, response) => {
    this.asked.push(request.url ?? '');
    const path = request.url ?? '';
    if (path.startsWith('/missing')) response.writeHead(404).end();
    else if (path.startsWith('/slow')) this.#hold(response);
    else answerImage(response);
  });
  #waiting: { count: number; resolve: () => void }[] = [];

  static async start(): Promise<ImageServer> {
    const images = new ImageServer();
    await new Promise<void>((resolve) => images.#server.listen(0, '127.0.0.1', resolve));
    return images;
  }

  url(path: string): string {
    return `http://pictures.example:${(this.#server.address() as AddressInfo).port}${path}`;
  }

  /** Settles when so many requests for slow images wait. */
  holding(count: number): Promise<void> {
    if (this.#held.length >= count) return Promise.resolve();
    return new Promise((resolve) => this.#waiting.push({ count, resolve }));
  }

  /** Settles when the one who asks for a slow image has gone away. */
  async abandoned(): Promise<void> {
    const response = this.#held[0];
    if (response === undefined || response.destroyed) return;
    await new Promise<void>((resolve) => response.on('close', () => resolve()));
  }

  release(): void {
    for (const response of this.#held.splice(0)) answerImage(response);
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }

  #hold(response: ServerResponse): void {
    this.#held.push(response);
    this.mostAtOnce = Math.max(this.mostAtOnce, this.#held.length);
    const ready = this.#waiting.filter(({ count }) => count <= this.#held.length);
    this.#waiting = this.#waiting.filter((each) => !ready.includes(each));
    for (const { resolve } of ready) resolve();
  }
}

function answerImage(response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'image/png', 'content-length': PNG.length });
  response.end(PNG);
}

type Body = (url: string) => Record<string, unknown>;

const SURFACES: readonly [surface: string, path: string, body: Body][] = [
  [
    'openai chat',
    '/v1/chat/completions',
    (url) => ({
      messages: [
        {
          role: 'user',
          content: [
            { type: 'text', text: 'What?' },
            { type: 'image_url', image_url: { url } },
          ],
        },
      ],
    }),
  ],
  [
    'openai responses',
    '/v1/responses',
    (url) => ({
      input: [
        {
          role: 'user',
          content: [
            { type: 'input_text', text: 'What?' },
            { type: 'input_image', image_url: url },
          ],
        },
      ],
    }),
  ],
  [
    'anthropic',
    '/v1/messages',
    (url) => ({
      max_tokens: 10,
      messages: [
        {
          role: 'user',
          content: [
            { type: 'text', text: 'What?' },
            { type: 'image', source: { type: 'url', url } },
          ],
        },
      ],
    }),
  ],
  ['ollama', '/api/chat', (url) => ({ messages: [{ role: 'user', content: 'What?', images: [url] }] })],
];

const CHAT = SURFACES[0] ?? ['', '', () => ({})];

describe.each(SURFACES)('13. an image given by its address on the surface %s', (surface, path, body) => {
  test.each([false, true])('reaches Ollama as bare base64 when fetching is allowed (stream: %s)', async (stream) => {
    const rig = await rigForTest();
    const response = await rig.post(path, { ...body(rig.images.url('/a.png')), stream });
    const text = await response.text();
    expect([response.status, text.includes('Hello')]).toEqual([200, true]);
    expect(rig.ollama.calls[0]?.body.messages).toEqual([{ role: 'user', content: 'What?', images: [BASE64] }]);
    expect(rig.images.asked).toEqual(['/a.png']);
  });

  it('is a clear 400 when fetching is not allowed, which says what to do; nobody fetches it', async () => {
    const rig = await rigForTest({ fetchRemote: false });
    const response = await rig.post(path, body(rig.images.url('/a.png')));
    expect(response.status).toBe(400);
    const message = messageOf(surface, await response.json());
    expect(message).toContain('send a data: URL, or switch images.fetchRemote on');
    expect([rig.images.asked, rig.ollama.calls]).toEqual([[], []]);
  });

  it('is not fetched while nothing may leave the machine', async () => {
    const rig = await rigForTest({ localOnly: true });
    const response = await rig.post(path, body(rig.images.url('/a.png')));
    expect(response.status).toBe(400);
    expect(messageOf(surface, await response.json())).toContain('with privacy.localOnly nothing is fetched');
    expect(rig.images.asked).toEqual([]);
  });

  it('is not fetched for a request that must stay on this machine', async () => {
    const rig = await rigForTest();
    const response = await rig.post(path, { ...body(rig.images.url('/a.png')), model: 'pointsman/private' });
    expect(response.status).toBe(400);
    expect([rig.images.asked, rig.ollama.calls]).toEqual([[], []]);
  });

  it('that cannot be had is a 400 in the client’s protocol that names it and the reason', async () => {
    const rig = await rigForTest();
    const url = rig.images.url('/missing.png');
    const response = await rig.post(path, body(url));
    expect(response.status).toBe(400);
    expect(messageOf(surface, await response.json())).toContain(
      `The image ${url} cannot be used: its server answered with status 404.`,
    );
    expect(rig.ollama.calls).toEqual([]);
    const [record] = await rig.engine.recorded();
    expect(record).toMatchObject({ outcome: 'failed', status: 400, failureCode: 'invalid_request' });
    expect(JSON.stringify(record)).not.toContain('missing.png');
  });
});

describe('13. an Ollama body with addresses of images', () => {
  it('keeps everything else as it is', async () => {
    const rig = await rigForTest();
    const rest = {
      options: { num_ctx: 2048, unheard_of: [1] },
      keep_alive: '5m',
      stream: false,
      new_field: { a: null },
    };
    const messages = [
      { role: 'system', content: 'Be brief.', name: 'x' },
      { role: 'user', content: 'What?', images: [rig.images.url('/a.png'), 'AAAA'] },
      { role: 'assistant', content: '', tool_calls: [{ function: { name: 'f', arguments: { b: 1 } } }] },
      { role: 'tool', tool_name: 'f', content: 'done', images: [rig.images.url('/b.png')] },
    ];
    expect((await rig.post('/api/chat', { ...rest, messages })).status).toBe(200);
    const [, user, , tool] = messages;
    expect(rig.ollama.calls[0]?.body).toEqual({
      model: MODEL,
      ...rest,
      messages: [messages[0], { ...user, images: [BASE64, 'AAAA'] }, messages[2], { ...tool, images: [BASE64] }],
    });
  });

  it('may be one for /api/generate', async () => {
    const rig = await rigForTest();
    const body = { prompt: 'What?', images: [rig.images.url('/a.png')], stream: false, raw: true };
    expect((await rig.post('/api/generate', body)).status).toBe(200);
    expect(rig.ollama.calls[0]?.body).toEqual({ model: MODEL, ...body, images: [BASE64] });
  });

  it('without any goes on byte for byte', async () => {
    const rig = await rigForTest();
    const body = { messages: [{ role: 'user', content: 'What?', images: ['AAAA'] }], stream: false };
    await rig.post('/api/chat', body);
    expect(rig.ollama.calls[0]?.rawBody.toString()).toBe(JSON.stringify({ model: MODEL, ...body }));
  });
});

describe('13. images given by their addresses', () => {
  it('inside the result of a tool are fetched too', async () => {
    const rig = await rigForTest();
    const source = { type: 'url', url: rig.images.url('/a.png') };
    const messages = [
      { role: 'user', content: 'Look.' },
      { role: 'assistant', content: [{ type: 'tool_use', id: 't', name: 'look', input: {} }] },
      { role: 'user', content: [{ type: 'tool_result', tool_use_id: 't', content: [{ type: 'image', source }] }] },
    ];
    expect((await rig.post('/v1/messages', { max_tokens: 10, messages })).status).toBe(200);
    expect(JSON.stringify(rig.ollama.calls[0]?.body.messages)).toContain(BASE64);
  });

  it('are fetched once each, and at most four at the same time', async () => {
    const rig = await rigForTest();
    const urls = [1, 2, 3, 4, 5, 6, 1, 2].map((number) => rig.images.url(`/slow${number}`));
    const asked = rig.post('/api/chat', {
      messages: [{ role: 'user', content: 'What?', images: urls }],
      stream: false,
    });
    await rig.images.holding(4);
    rig.images.release();
    await rig.images.holding(2);
    rig.images.release();
    expect((await asked).status).toBe(200);
    expect(rig.images.asked.toSorted()).toEqual(['/slow1', '/slow2', '/slow3', '/slow4', '/slow5', '/slow6']);
    expect(rig.images.mostAtOnce).toBe(4);
  });

  it('that are together larger than a request may be are refused', async () => {
    const rig = await rigForTest({ maxBodyBytes: 1024 });
    const images = Array.from({ length: 5 }, (_, at) => rig.images.url(`/${at}`));
    const response = await rig.post('/api/chat', { messages: [{ role: 'user', content: '?', images }] });
    expect(messageOf('ollama', await response.json())).toContain('together with the other images');
    expect(response.status).toBe(400);
  });

  it('are given on as they are to who takes them, and nobody fetches them', async () => {
    const rig = await rigForTest({ withOpenAi: true });
    const url = rig.images.url('/a.png');
    expect((await rig.post(CHAT[1], { ...CHAT[2](url), model: 'gpt-4o' })).status).toBe(200);
    expect(JSON.stringify(rig.openai?.calls[0]?.body)).toContain(url);
    expect(rig.images.asked).toEqual([]);
  });

  it('that cannot be had are left to the next endpoint that takes addresses', async () => {
    const rig = await rigForTest({ withOpenAi: true });
    const url = rig.images.url('/missing.png');
    expect((await rig.post(CHAT[1], { ...CHAT[2](url), model: 'pointsman/auto' })).status).toBe(200);
    expect(rig.ollama.calls).toEqual([]);
    expect(JSON.stringify(rig.openai?.calls[0]?.body)).toContain(url);
    const [record] = await rig.engine.recorded();
    expect(record?.reason).toBe('an image could not be fetched for the endpoints before this one');
  });

  it('are given up when the client hangs up, and the request is booked as cancelled', async () => {
    const rig = await rigForTest();
    const abort = new AbortController();
    const asked = rig.post(CHAT[1], CHAT[2](rig.images.url('/slow')), abort.signal);
    await rig.images.holding(1);
    abort.abort();
    await expect(asked).rejects.toThrow();
    await rig.images.abandoned();
    const [record] = await rig.engine.recorded();
    expect(record).toMatchObject({ outcome: 'cancelled', status: 499, failureCode: 'cancelled', attempts: [] });
    expect(rig.ollama.calls).toEqual([]);
  });

  it('whose address is very long are named by its beginning', async () => {
    const rig = await rigForTest();
    const response = await rig.post(CHAT[1], CHAT[2](rig.images.url(`/missing?${'x'.repeat(5_000)}`)));
    expect(response.status).toBe(400);
    expect(messageOf('openai chat', await response.json()).length).toBeLessThan(500);
  });
});

/** The sentence in an error body. */
function messageOf(surface: string, body: unknown): string {
  const { error } = body as { error: string | { message: string } };
  if (surface === 'ollama') expect(error).toBeTypeOf('string');
  return typeof error === 'string' ? error : error.message;
}
