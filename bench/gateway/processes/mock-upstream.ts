import { createServer, type Socket } from 'node:net';
import { createPlainReplies, createStreamReplies, type StreamReply } from '../mock-replies.ts';

/**
 * The upstream of the benchmark, a process of its own: OpenAI, Anthropic and Ollama, answered from prepared bytes by
 * hand-written HTTP/1.1, so that its own cost stays small. A stream has as many content pieces as the request's token
 * limit (`max_tokens`, `num_predict`), one every PACE_MS (first argument; 0: all at once); the first comes at once.
 * Sends its port to the parent process.
 */
const PACE_MS = Number(process.argv[2] ?? 2);
const DEFAULT_PIECES = 10;
const HEAD_END = '\r\n\r\n';
const NOT_FOUND = Buffer.from(
  'HTTP/1.1 404 Not Found\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n{}',
);
const LENGTH_REQUIRED = Buffer.from('HTTP/1.1 411 Length Required\r\ncontent-length: 0\r\nconnection: close\r\n\r\n');

const plainReplies = createPlainReplies();
const streamReplies = createStreamReplies();

function serve(socket: Socket): void {
  let pending: Buffer | null = null;
  socket.setNoDelay(true);
  socket.on('error', () => socket.destroy());
  socket.on('data', (data) => {
    pending = answerAll(socket, pending === null ? data : Buffer.concat([pending, data]));
  });
}

/** Answers each complete request in `bytes`; returns what is left over. */
function answerAll(socket: Socket, bytes: Buffer): Buffer | null {
  let rest = bytes;
  while (rest.length > 0) {
    const headEnd = rest.indexOf(HEAD_END);
    if (headEnd < 0) return rest;
    const head = rest.toString('latin1', 0, headEnd);
    if (/\r\ntransfer-encoding:/i.test(head)) {
      socket.end(LENGTH_REQUIRED);
      return null;
    }
    const bodyStart = headEnd + HEAD_END.length;
    const bodyEnd = bodyStart + Number(/\r\ncontent-length: *(\d+)/i.exec(head)?.[1] ?? 0);
    if (rest.length < bodyEnd) return rest;
    answer(socket, routeOf(head), rest.subarray(bodyStart, bodyEnd));
    rest = rest.subarray(bodyEnd);
  }
  return null;
}

/** `METHOD /path` without the query. */
function routeOf(head: string): string {
  const target = head.slice(0, head.indexOf(' ', head.indexOf(' ') + 1));
  const query = target.indexOf('?');
  return query < 0 ? target : target.slice(0, query);
}

function answer(socket: Socket, route: string, body: Buffer): void {
  const stream = streamReplies.get(route);
  if (stream !== undefined && streams(route, body)) {
    sendStream(socket, stream, piecesWanted(body));
    return;
  }
  socket.write(plainReplies.get(route) ?? NOT_FOUND);
}

/** Ollama streams unless told otherwise; the others do not. */
function streams(route: string, body: Buffer): boolean {
  return route === 'POST /api/chat'
    ? !/"stream": *false/.test(body.toString('latin1'))
    : body.includes('"stream":true');
}

function piecesWanted(body: Buffer): number {
  const limit = /"(?:max_tokens|max_completion_tokens|num_predict)": *(\d+)/.exec(body.toString('latin1'))?.[1];
  return limit === undefined ? DEFAULT_PIECES : Number(limit);
}

function sendStream(socket: Socket, reply: StreamReply, pieces: number): void {
  socket.write(Buffer.concat([reply.head, reply.content]));
  let left = pieces - 1;
  if (PACE_MS === 0) {
    socket.write(Buffer.concat([...Array.from({ length: left }, () => reply.content), reply.tail]));
    return;
  }
  const timer = setInterval(() => {
    if (left > 0 && !socket.destroyed) {
      socket.write(reply.content);
      left -= 1;
      return;
    }
    clearInterval(timer);
    socket.write(reply.tail);
  }, PACE_MS);
}

const server = createServer(serve);
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  if (address !== null && typeof address === 'object') process.send?.({ port: address.port });
});
process.on('disconnect', () => process.exit(0));
