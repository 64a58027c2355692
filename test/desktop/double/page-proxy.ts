import { createServer, request as ask, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { isOwnPage, PAGE_ADDRESS } from '../../../src-main/desktop/own-page.ts';

/** A browser knows no `app://`: pages get this origin there, whose requests end at the proxy. */
const STAND_IN = 'http://localhost/';
const OWN_ORIGIN = PAGE_ADDRESS.slice(0, -1);
const STAND_IN_ORIGIN = STAND_IN.slice(0, -1);

export function toStandIn(address: string): string {
  return isOwnPage(address) ? STAND_IN + address.slice(PAGE_ADDRESS.length) : address;
}

export function fromStandIn(address: string): string {
  return address.startsWith(STAND_IN) ? PAGE_ADDRESS + address.slice(STAND_IN.length) : address;
}

export interface PageProxy {
  address: string;
  close(): void;
}

/**
 * All that a window's page asks for comes here: its own files are given by the shell's protocol handler, calls to loopback
 * addresses go on with the origin that Electron would send and come back with it translated, and nothing else is let out.
 */
export async function startPageProxy(options: {
  serve: (request: Request) => Response | Promise<Response>;
  onRefused: (address: string) => void;
}): Promise<PageProxy> {
  const server = createServer((request, response) => {
    const address = request.url ?? '';
    if (address.startsWith(STAND_IN)) void give(options.serve, request, response);
    else if (URL.parse(address)?.hostname === '127.0.0.1') passOn(request, response);
    else refuse();

    function refuse(): void {
      options.onRefused(address);
      response.writeHead(403).end();
    }
  });
  server.on('connect', ({ url = '' }, socket) => {
    options.onRefused(url);
    socket.destroy();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    address: `http://127.0.0.1:${portOf(server)}`,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}

async function give(
  serve: (request: Request) => Response | Promise<Response>,
  { url = '', method = 'GET' }: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const answer = await serve(new Request(fromStandIn(url), { method }));
  response.writeHead(answer.status, Object.fromEntries(answer.headers));
  response.end(Buffer.from(await answer.arrayBuffer()));
}

function passOn(request: IncomingMessage, response: ServerResponse): void {
  const headers = Object.fromEntries(
    Object.entries(request.headers).map(([name, value]) => [name, value === STAND_IN_ORIGIN ? OWN_ORIGIN : value]),
  );
  const onward = ask(request.url ?? '', { method: request.method, headers }, (answer) => {
    const raw = answer.rawHeaders.map((text) => (text === OWN_ORIGIN ? STAND_IN_ORIGIN : text));
    response.writeHead(answer.statusCode ?? 502, raw);
    response.flushHeaders();
    answer.pipe(response);
  });
  onward.on('error', () => response.destroy());
  response.on('close', () => onward.destroy());
  request.pipe(onward);
}

function portOf(server: Server): number {
  return (server.address() as AddressInfo).port;
}
