import { createServer, request as callUpstream, type IncomingMessage, type ServerResponse } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import type { EngineEvent, EventTopic } from '../../../../src-shared/events.ts';
import { operations, type OperationName } from '../../../../src-shared/operations.ts';
import { operationSchemas } from '../../../../src-shared/operation-call.ts';
import type { House } from '../start-house.ts';
import { newState, scriptedHandlers, type Handlers, type JobState } from './job-script.ts';

/** A house whose background work is scripted; everything else is answered by the real engine behind it. */
export interface JobHouse extends House {
  state: JobState;
  /** Changes what is said, and tells the pages of it by an event. */
  tell(event: EngineEvent): void;
  /** Operations that were asked, in order. */
  asked: OperationName[];
  /** From now on this operation is refused, with these words; null: answered again. */
  refuse(name: OperationName, message: string | null): void;
}

/** Puts scripted background work before a house; it ends with `stop`, and the house with it. */
export async function startJobDoor(house: House, state: JobState = newState()): Promise<JobHouse> {
  const readers = new Map<ServerResponse, readonly string[]>();
  const refusals = new Map<OperationName, string>();
  const asked: OperationName[] = [];
  const tell = (event: EngineEvent) => {
    for (const [response, topics] of readers) if (topics.includes(event.topic)) writeEvent(response, event);
  };
  const routes = toRoutes(scriptedHandlers(state, tell));
  const server = createServer((request, response) => {
    const route = routes.find((each) => each.method === request.method && each.pattern.test(pathOf(request)));
    if (route === undefined) pass({ house, request, response, readers });
    else void answer({ route, request, response, refusals, asked });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    ...house,
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    state,
    tell,
    asked,
    refuse(name, message) {
      if (message === null) refusals.delete(name);
      else refusals.set(name, message);
    },
    async stop() {
      server.closeAllConnections();
      server.close();
      await house.stop();
    },
  };
}

interface Route {
  name: OperationName;
  method: string;
  pattern: RegExp;
  run: (input: unknown) => unknown;
}

function toRoutes(handlers: Handlers): Route[] {
  // The keys of the table are names of operations.
  return (Object.keys(handlers) as OperationName[]).map((name) => {
    const { method, path } = operations[name];
    const { input, output } = operationSchemas[name];
    // Each name's handler takes that name's input: the compiler cannot follow it through a loop.
    const handler = handlers[name] as ((input: unknown) => unknown) | undefined;
    return {
      name,
      method,
      pattern: new RegExp(`^${path.replaceAll(/\{(\w+)\}/g, '(?<$1>[^/]+)')}$`),
      run: (given) => output.parse(handler?.(input.parse(given))),
    };
  });
}

async function answer(options: {
  route: Route;
  request: IncomingMessage;
  response: ServerResponse;
  refusals: ReadonlyMap<OperationName, string>;
  asked: OperationName[];
}): Promise<void> {
  const { route, request, response, refusals, asked } = options;
  asked.push(route.name);
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  const text = Buffer.concat(chunks).toString();
  const body: unknown = text === '' ? {} : JSON.parse(text);
  const url = new URL(request.url ?? '', 'http://localhost');
  const fields = Object.entries(route.pattern.exec(url.pathname)?.groups ?? {});
  const input = {
    ...Object(body),
    ...Object.fromEntries(url.searchParams),
    ...Object.fromEntries(fields.map(([field, value]) => [field, decodeURIComponent(value)])),
  } as unknown;
  const message = refusals.get(route.name);
  const reply = message === undefined ? route.run(input) : { error: { code: 'refused', message } };
  response.writeHead(message === undefined ? 200 : 409, { 'content-type': 'application/json' });
  response.end(JSON.stringify(reply));
}

/** Everything else goes to the real engine, as its own page would ask it. */
function pass(options: {
  house: House;
  request: IncomingMessage;
  response: ServerResponse;
  readers: Map<ServerResponse, readonly string[]>;
}): void {
  const { house, request, response, readers } = options;
  const { host: _host, origin: _origin, ...headers } = request.headers;
  const target = new URL(request.url ?? '/', house.url);
  const upstream = callUpstream(target, { method: request.method ?? 'GET', headers }, (reply) => {
    response.writeHead(reply.statusCode ?? 502, reply.headers);
    // Of events nothing may follow for long, and the page waits for the answer to begin.
    response.flushHeaders();
    if (target.pathname === '/control/v1/events' && reply.statusCode === 200) {
      readers.set(response, (target.searchParams.get('topics') ?? '').split(','));
      response.on('close', () => readers.delete(response));
      passEvents(reply, response);
    } else reply.pipe(response);
  });
  upstream.on('error', () => response.destroy());
  response.on('close', () => upstream.destroy());
  request.pipe(upstream);
}

/** All but what the real engine says of its own background work. */
function passEvents(from: IncomingMessage, to: ServerResponse): void {
  let rest = '';
  from.setEncoding('utf8');
  from.on('data', (text: string) => {
    const blocks = (rest + text).split('\n\n');
    rest = blocks.pop() ?? '';
    for (const block of blocks) if (!/^event: jobs$/m.test(block)) to.write(`${block}\n\n`);
  });
  from.on('close', () => to.end());
}

/** Between two events of the engine, which are passed on whole. */
function writeEvent(response: ServerResponse, { topic, data }: { topic: EventTopic; data: unknown }): void {
  response.write(`event: ${topic}\ndata: ${JSON.stringify(data)}\n\n`);
}

const pathOf = (request: IncomingMessage) => (request.url ?? '').split('?')[0] ?? '';
