import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import { Pool } from 'undici';

/**
 * The yardstick: the least that an AI gateway on node:http and undici can do. Parses the request body, sends it on,
 * counts the usage in the reply; no guard, no routing, no record, no back-pressure. Argument: upstream origin.
 * `GET /usage` tells the tokens counted so far. Sends its port to the parent process.
 */
const pool = new Pool(process.argv[2] ?? '');
const USAGE_MARK = '"usage":{';
let tokens = 0;

function serve(request: IncomingMessage, response: ServerResponse): void {
  if (request.url === '/usage') {
    response.end(JSON.stringify({ tokens }));
    return;
  }
  const pieces: Buffer[] = [];
  request.on('data', (piece: Buffer) => pieces.push(piece));
  request.on('end', () => forward(request, join(pieces), response));
}

function forward(request: IncomingMessage, body: Buffer, response: ServerResponse): void {
  let stream: boolean;
  try {
    const parsed: unknown = JSON.parse(body.toString());
    stream = typeof parsed === 'object' && parsed !== null && 'stream' in parsed && parsed.stream === true;
  } catch {
    response.writeHead(400).end();
    return;
  }
  pool.dispatch(
    {
      path: request.url ?? '/',
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: request.headers.authorization ?? '' },
      body,
    },
    stream ? relayStream(response) : relayWhole(response),
  );
}

function relayStream(response: ServerResponse) {
  return {
    onRequestStart: () => undefined,
    onResponseStart(_controller: unknown, status: number, headers: IncomingHttpHeaders) {
      response.writeHead(status, { 'content-type': headers['content-type'] ?? 'text/event-stream' });
    },
    onResponseData(_controller: unknown, piece: Buffer) {
      const at = piece.indexOf(USAGE_MARK);
      if (at >= 0) count(`{${piece.toString('utf8', at, piece.indexOf('\n', at))}`);
      response.write(piece);
    },
    onResponseEnd: () => void response.end(),
    onResponseError: () => fail(response),
  };
}

function relayWhole(response: ServerResponse) {
  const pieces: Buffer[] = [];
  let status = 502;
  return {
    onRequestStart: () => undefined,
    onResponseStart(_controller: unknown, upstreamStatus: number) {
      status = upstreamStatus;
    },
    onResponseData: (_controller: unknown, piece: Buffer) => void pieces.push(piece),
    onResponseEnd() {
      const body = join(pieces);
      count(body.toString());
      response.writeHead(status, { 'content-type': 'application/json', 'content-length': body.length }).end(body);
    },
    onResponseError: () => fail(response),
  };
}

/** Adds the tokens of a reply, or of its part that starts at the usage. */
function count(json: string): void {
  const reply: unknown = JSON.parse(json);
  if (typeof reply !== 'object' || reply === null || !('usage' in reply)) return;
  const { usage } = reply;
  if (typeof usage !== 'object' || usage === null) return;
  if ('prompt_tokens' in usage && typeof usage.prompt_tokens === 'number') tokens += usage.prompt_tokens;
  if ('completion_tokens' in usage && typeof usage.completion_tokens === 'number') tokens += usage.completion_tokens;
}

function join(pieces: Buffer[]): Buffer {
  const [only] = pieces;
  return only !== undefined && pieces.length === 1 ? only : Buffer.concat(pieces);
}

function fail(response: ServerResponse): void {
  if (response.headersSent) response.destroy();
  else response.writeHead(502).end();
}

const server = createServer(serve);
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  if (address !== null && typeof address === 'object') process.send?.({ port: address.port });
});
process.on('disconnect', () => process.exit(0));
