import type { Failure } from '../protocols/failure.ts';
import { ERROR_FORMATS } from '../exchange/formats.ts';
import type { GatewayCall } from './call.ts';

/** Answers with JSON. */
export function sendJson(call: GatewayCall, status: number, body: unknown): void {
  send(call, status, 'application/json', JSON.stringify(body));
}

/** Answers with plain text. */
export function sendText(call: GatewayCall, status: number, text: string, contentType = 'text/plain'): void {
  send(call, status, `${contentType}; charset=utf-8`, text);
}

/** Answers with an error in the protocol the client speaks. A body that is still coming is not waited for. */
export function sendFailure(call: GatewayCall, failure: Failure): void {
  const format = ERROR_FORMATS[call.protocol];
  const body = JSON.stringify(format.print(failure));
  const rest = call.request.complete ? [] : ['connection', 'close'];
  send(call, format.statusOf(failure), 'application/json', body, rest);
}

function send(call: GatewayCall, status: number, type: string, body: string, more: readonly string[] = []): void {
  const { response } = call;
  if (response.headersSent || response.destroyed) return;
  const headers = ['content-type', type, 'content-length', String(Buffer.byteLength(body)), ...call.cors, ...more];
  response.writeHead(status, ['x-pointsman-request-id', call.id, ...headers]);
  response.end(call.method === 'HEAD' ? undefined : body);
}
