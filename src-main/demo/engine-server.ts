import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { isJsonObject, type JsonObject } from '../engine/protocols/json.ts';

/** A request to a simulated engine and the way to answer it. */
export interface EngineCall {
  method: string;
  /** Without the query. */
  path: string;
  body: JsonObject;
  /** Added before the first token: the engine is slow at the moment. */
  delayMs: number;
  /** Aborted when the client goes away before the answer ended. */
  signal: AbortSignal;
  sendJson(status: number, value: JsonObject): void;
  sendText(status: number, text: string): void;
  /** Begins a stream; the returned object takes its text and its end. */
  stream(type: string): { write(text: string): void; end(): void };
}

export interface EngineServer {
  /** `http://127.0.0.1:PORT`. */
  readonly origin: string;
  /** While true every call is answered by `fail`. */
  isFailing: boolean;
  /** Milliseconds that every answer begins later. */
  delayMs: number;
  stop(): Promise<void>;
}

export interface EngineHandlers {
  serve(call: EngineCall): Promise<void>;
  /** What an outage of this engine looks like. */
  fail(call: EngineCall): void;
}

/** Longest request that is read, in bytes. */
const MAX_BODY_BYTES = 16 * 1024 * 1024;

/** Every answer carries it: whoever looks at the wire sees that no real model spoke. */
const HEADERS = { 'x-simulated': 'true', server: 'pointsman-simulated-engine' };

/** Listens on a free port of the loopback interface. */
export async function startEngineServer(handlers: EngineHandlers): Promise<EngineServer> {
  const server = createServer((request, response) => {
    void readCall(request, response, () => engine.delayMs).then(async (call) => {
      if (call === null) response.destroy();
      else if (engine.isFailing) handlers.fail(call);
      else await handlers.serve(call);
    });
  });
  const engine: EngineServer = {
    origin: await listen(server),
    isFailing: false,
    delayMs: 0,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return engine;
}

/** The origin of the free port that was found. */
function listen(server: Server): Promise<string> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      if (address === null || typeof address === 'string') reject(new Error('the simulated engine has no port'));
      else resolve(`http://127.0.0.1:${address.port}`);
    });
  });
}

/** null: the client went away, or sent too much. */
async function readCall(
  request: IncomingMessage,
  response: ServerResponse,
  delayMs: () => number,
): Promise<EngineCall | null> {
  const bytes = await readBody(request);
  if (bytes === null) return null;
  const gone = new AbortController();
  response.once('close', () => {
    if (!response.writableFinished) gone.abort();
  });
  const send = (status: number, type: string, text: string): void => {
    response.writeHead(status, { ...HEADERS, 'content-type': type, 'content-length': Buffer.byteLength(text) });
    response.end(text);
  };
  return {
    method: request.method ?? 'GET',
    path: (request.url ?? '/').split('?', 1)[0] ?? '/',
    body: parse(bytes),
    delayMs: delayMs(),
    signal: gone.signal,
    sendJson: (status, value) => send(status, 'application/json; charset=utf-8', JSON.stringify(value)),
    sendText: (status, text) => send(status, 'text/plain; charset=utf-8', text),
    stream(type) {
      response.writeHead(200, { ...HEADERS, 'content-type': type });
      response.flushHeaders();
      return { write: (text) => void response.write(text), end: () => void response.end() };
    },
  };
}

async function readBody(request: IncomingMessage): Promise<Buffer | null> {
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of request) {
      if (!Buffer.isBuffer(chunk)) continue;
      size += chunk.length;
      if (size > MAX_BODY_BYTES) return null;
      chunks.push(chunk);
    }
  } catch {
    return null;
  }
  return Buffer.concat(chunks);
}

function parse(bytes: Buffer): JsonObject {
  try {
    const value: unknown = JSON.parse(bytes.toString('utf8'));
    return isJsonObject(value) ? value : {};
  } catch {
    return {};
  }
}
