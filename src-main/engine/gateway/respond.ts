import type { Failure } from '../protocols/failure.ts';
import { ERROR_FORMATS } from '../exchange/formats.ts';
import type { Log } from '../ports.ts';
import type { GatewayCall } from './call.ts';

/** Answers with JSON. */
export function sendJson(call: GatewayCall, status: number, body: unknown): void {
  send(call, status, 'application/json', JSON.stringify(body));
}

/** Answers with plain text. */
export function sendText(call: GatewayCall, status: number, text: string, contentType = 'text/plain'): void {
  send(call, status, `${contentType}; charset=utf-8`, text);
}

/** Answers with an error in the protocol the client speaks. */
export function sendFailure(call: GatewayCall, failure: Failure): void {
  const format = ERROR_FORMATS[call.protocol];
  const body = JSON.stringify(format.print(failure));
  if (call.request.complete) send(call, format.statusOf(failure), 'application/json', body);
  else sendEarly(call, format.statusOf(failure), body);
}

/** How long a client may go on sending a body that was refused. */
const LINGER_MS = 3_000;

/**
 * Answers before the request is all there, and closes the connection when it is, or when the client has sent on for long
 * enough. Closing at once would reset the connection of a client that is still sending, and take the answer from it
 * (RFC 9112, section 9.6).
 */
function sendEarly(call: GatewayCall, status: number, body: string): void {
  const { request, response } = call;
  if (response.headersSent || response.destroyed) return;
  response.writeHead(status, [...headersOf(call, 'application/json', body), 'connection', 'close']);
  if (call.method !== 'HEAD') response.write(body);
  const timer = setTimeout(() => response.end(), LINGER_MS);
  timer.unref();
  request.once('end', () => response.end());
  response.once('close', () => clearTimeout(timer));
  request.unpipe();
  request.resume();
}

/** Something broke that should not have: the person who looks after it finds the details in the log. */
export function sendInternal(call: GatewayCall, log: Log, error: unknown): void {
  log.error({ requestId: call.id, path: call.path, error }, 'a request could not be handled');
  sendFailure(call, { code: 'internal', message: 'Pointsman failed on this request. The log has the details.' });
}

function send(call: GatewayCall, status: number, type: string, body: string): void {
  const { response } = call;
  if (response.headersSent || response.destroyed) return;
  response.writeHead(status, headersOf(call, type, body));
  response.end(call.method === 'HEAD' ? undefined : body);
}

function headersOf(call: GatewayCall, type: string, body: string): string[] {
  const length = String(Buffer.byteLength(body));
  return ['x-pointsman-request-id', call.id, 'content-type', type, 'content-length', length, ...call.cors];
}
