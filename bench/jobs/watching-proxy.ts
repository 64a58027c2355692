import { createServer, request as sendRequest, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** One call to a model, as it was seen from between engine and model server. Times as `performance.now()` tells them. */
export interface WatchedCall {
  model: string;
  beganMs: number;
  /** The last byte was passed on; null: it was not. */
  answeredMs: number | null;
  /** Whoever asked went away before that; null: they did not. */
  cancelledMs: number | null;
}

export function isUnderWay({ answeredMs, cancelledMs }: WatchedCall): boolean {
  return answeredMs === null && cancelledMs === null;
}

export interface WatchingProxy {
  readonly url: string;
  /** Calls for answers, oldest first. */
  readonly calls: readonly WatchedCall[];
  stop(): Promise<void>;
}

/**
 * Stands before a simulated engine and passes everything on. `oneAtATime`: answers are made one after the other in the
 * order of their coming, as by an Ollama that serves one request at a time; who goes away leaves the queue at once.
 */
export async function startWatchingProxy(options: { target: string; oneAtATime?: boolean }): Promise<WatchingProxy> {
  const calls: WatchedCall[] = [];
  let turn: Promise<void> = Promise.resolve();
  const server = createServer((incoming, outgoing) => {
    void readAll(incoming).then(async (body) => {
      const call = isAnswer(incoming, body) ? watch(outgoing, body) : null;
      if (call === null) {
        pass({ target: options.target, incoming, body, outgoing });
        return;
      }
      calls.push(call);
      if (options.oneAtATime === true) {
        const before = turn;
        const closed = new Promise<void>((resolve) => outgoing.once('close', resolve));
        // Who leaves the queue does not let the next one pass whoever is being served.
        turn = before.then(() => closed);
        await before;
      }
      if (call.cancelledMs === null) pass({ target: options.target, incoming, body, outgoing });
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** Not the asking for models, and not the word that one may leave the memory. */
function isAnswer({ url = '' }: IncomingMessage, body: Buffer): boolean {
  return /\/(chat|completions)$/.test(url) && body.length > 0;
}

function watch(outgoing: ServerResponse, body: Buffer): WatchedCall {
  const { model } = JSON.parse(body.toString('utf8')) as { model: string };
  const call: WatchedCall = { model, beganMs: performance.now(), answeredMs: null, cancelledMs: null };
  outgoing.once('close', () => {
    if (outgoing.writableFinished) call.answeredMs = performance.now();
    else call.cancelledMs = performance.now();
  });
  return call;
}

function pass(way: { target: string; incoming: IncomingMessage; body: Buffer; outgoing: ServerResponse }): void {
  const { target, incoming, body, outgoing } = way;
  const onward = sendRequest(
    new URL(incoming.url ?? '/', target),
    { method: incoming.method, headers: incoming.headers },
    (reply) => {
      outgoing.writeHead(reply.statusCode ?? 502, reply.headers);
      outgoing.flushHeaders();
      reply.pipe(outgoing);
    },
  );
  onward.once('error', () => outgoing.destroy());
  outgoing.once('close', () => onward.destroy());
  onward.end(body);
}

async function readAll(incoming: IncomingMessage): Promise<Buffer> {
  const pieces: Buffer[] = [];
  try {
    for await (const piece of incoming) if (Buffer.isBuffer(piece)) pieces.push(piece);
  } catch {
    return Buffer.alloc(0);
  }
  return Buffer.concat(pieces);
}
