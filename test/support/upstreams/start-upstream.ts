import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ProviderKind } from '../../../src-shared/catalogue.ts';
import { answer, isGeneration } from './answer-script.ts';
import { playReply } from './play-reply.ts';
import { problem } from './problem.ts';
import { ReceivedRequest } from './received-request.ts';
import { raw, type Asked, type RawReply, type Script } from './script.ts';
import { DEFAULT_MODELS, type UpstreamModel } from './upstream-model.ts';
import type { UpstreamState } from './upstream-state.ts';
import { VENDOR_ROUTES } from './vendor-routes.ts';

export interface UpstreamOptions {
  kind: ProviderKind;
  models?: readonly UpstreamModel[];
  /** Requests without this key get the vendor's 401. */
  key?: string;
  /** Ollama's version; default 0.40.1. */
  version?: string;
}

/** A server on loopback that stands for one provider and does what the test says. */
export interface Upstream {
  /** As a provider setting wants it: with `/v1` for OpenAI and Anthropic, without a path for Ollama. */
  readonly url: string;
  /** Every request, in order of arrival. */
  readonly received: readonly ReceivedRequest[];
  /** Only those that asked for generated text. */
  readonly calls: readonly ReceivedRequest[];
  /** Models and version; may be changed at any time. */
  readonly state: UpstreamState;
  /** What generation requests get, one script each in order of arrival; the last one stays. Replaces what was there. */
  script(...scripts: [Script, ...Script[]]): void;
  /** The same for one other path below the base URL (`/models`, `/api/tags`), any method. */
  scriptPath(path: string, ...scripts: [Script, ...Script[]]): void;
  /** Settles with the `count`th request for generated text, counted from 1. */
  call(count: number): Promise<ReceivedRequest>;
  stop(): Promise<void>;
}

export async function startUpstream(options: UpstreamOptions): Promise<Upstream> {
  const upstream = new ScriptedUpstream(options);
  await upstream.listen();
  return upstream;
}

const BASE_PATHS: Readonly<Record<ProviderKind, string>> = { openai: '/v1', anthropic: '/v1', ollama: '' };

class ScriptedUpstream implements Upstream {
  readonly received: ReceivedRequest[] = [];
  readonly calls: ReceivedRequest[] = [];
  readonly state: UpstreamState;
  readonly #options: UpstreamOptions;
  readonly #server: Server;
  readonly #scripts = new Map<string, Script[]>();
  #generation: Script[] = [answer({ text: ['Hello', ' from ', 'upstream.'] })];
  #waiting: { count: number; resolve: (request: ReceivedRequest) => void }[] = [];
  #url = '';

  constructor(options: UpstreamOptions) {
    this.#options = options;
    const models = (options.models ?? DEFAULT_MODELS[options.kind]).map((model) => ({ ...model }));
    this.state = { models, version: options.version ?? '0.40.1', blobs: new Set() };
    this.#server = createServer((request, response) => {
      void this.#serve(request, response);
    });
    this.#server.keepAliveTimeout = 60_000;
  }

  get url(): string {
    return this.#url;
  }

  async listen(): Promise<void> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    const address = this.#server.address() as AddressInfo;
    this.#url = `http://127.0.0.1:${address.port}${BASE_PATHS[this.#options.kind]}`;
  }

  script(...scripts: [Script, ...Script[]]): void {
    this.#generation = scripts;
  }

  scriptPath(path: string, ...scripts: [Script, ...Script[]]): void {
    this.#scripts.set(path, scripts);
  }

  call(count: number): Promise<ReceivedRequest> {
    const there = this.calls[count - 1];
    if (there !== undefined) return Promise.resolve(there);
    return new Promise((resolve) => this.#waiting.push({ count, resolve }));
  }

  stop(): Promise<void> {
    return new Promise((resolve) => {
      this.#server.close(() => resolve());
      this.#server.closeAllConnections();
    });
  }

  async #serve(message: IncomingMessage, response: ServerResponse): Promise<void> {
    const request = await this.#receive(message);
    if (request !== null) await playReply(this.#choose(request), request, response);
  }

  /** null: the client went away while it was sending. */
  async #receive(message: IncomingMessage): Promise<ReceivedRequest | null> {
    const chunks: Buffer[] = [];
    try {
      for await (const chunk of message) if (Buffer.isBuffer(chunk)) chunks.push(chunk);
    } catch {
      return null;
    }
    const { method = '', url: path = '', headers } = message;
    const request = new ReceivedRequest({ method, path, headers, rawBody: Buffer.concat(chunks) });
    this.received.push(request);
    return request;
  }

  #choose(request: ReceivedRequest): RawReply {
    const { kind } = this.#options;
    const path = request.pathname.slice(BASE_PATHS[kind].length);
    const asked: Asked = { kind, path, request, number: this.received.length };
    const isCall = request.method === 'POST' && isGeneration(kind, path);
    if (isCall) this.#countCall(request);
    if (!this.#holdsKey(request)) return problem({ status: 401, message: 'Incorrect API key provided.' })(asked);
    if (isCall) return next(this.#generation)(asked);
    const scripts = this.#scripts.get(path);
    return scripts === undefined ? VENDOR_ROUTES[kind](asked, this.state) : next(scripts)(asked);
  }

  #holdsKey(request: ReceivedRequest): boolean {
    const { key } = this.#options;
    const { authorization, 'x-api-key': apiKey, 'api-key': azureKey } = request.headers;
    return key === undefined || [authorization?.replace(/^Bearer /u, ''), apiKey, azureKey].includes(key);
  }

  #countCall(request: ReceivedRequest): void {
    this.calls.push(request);
    const ready = this.#waiting.filter((each) => each.count === this.calls.length);
    this.#waiting = this.#waiting.filter((each) => !ready.includes(each));
    for (const each of ready) each.resolve(request);
  }
}

/** Takes the first script; the last one stays. */
function next(scripts: Script[]): Script {
  const first = scripts[0] ?? raw({ status: 500 });
  if (scripts.length > 1) scripts.shift();
  return first;
}
