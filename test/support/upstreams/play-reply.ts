import type { ServerResponse } from 'node:http';
import { Gate } from './gate.ts';
import type { ReceivedRequest } from './received-request.ts';
import type { RawReply } from './script.ts';

/** Writes a reply to the wire, one chunk at a time and only as fast as the client reads. Never throws. */
export async function playReply(reply: RawReply, request: ReceivedRequest, response: ServerResponse): Promise<void> {
  const closed = watch(request, response);
  const socket = response.socket;
  const isGone = (): boolean => socket === null || socket.destroyed;
  for (const gate of reply.before ?? []) await Promise.race([gate.pass(), closed]);
  if (socket === null || isGone()) return;
  if (reply.headless !== true) {
    response.writeHead(reply.status ?? 200, reply.headers ?? {});
    response.flushHeaders();
  }
  const target = reply.headless === true ? socket : response;
  for await (const chunk of reply.chunks ?? []) {
    await Promise.race([chunk instanceof Gate ? chunk.pass() : write(target, chunk), closed]);
    if (isGone()) return;
    if (!(chunk instanceof Gate)) request.sentBytes += Buffer.byteLength(chunk);
  }
  finish(reply, request, response);
}

/** Settles when the connection is gone, and tells the request whether that was the client's doing. */
function watch(request: ReceivedRequest, response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    response.once('close', () => {
      request.end(response.writableFinished ? 'answered' : 'aborted');
      resolve();
    });
  });
}

interface Target {
  write(chunk: Uint8Array | string, done: () => void): unknown;
}

function write(target: Target, chunk: Uint8Array | string): Promise<void> {
  return new Promise((resolve) => {
    target.write(chunk, () => resolve());
  });
}

function finish(reply: RawReply, request: ReceivedRequest, response: ServerResponse): void {
  const end = reply.end ?? 'complete';
  if (end === 'hang') return;
  if (end === 'complete' && reply.headless !== true) {
    response.end();
    return;
  }
  request.end('answered');
  if (end === 'reset') response.socket?.resetAndDestroy();
  else response.socket?.end();
}
