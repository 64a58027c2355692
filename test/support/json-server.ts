import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';

export interface SeenRequest {
  method: string;
  /** Path with query. */
  path: string;
  headers: IncomingHttpHeaders;
  /** Parsed JSON, or the text when it is none. */
  body: unknown;
}

/** `body` is sent as JSON unless it is a string. `never` leaves the request without an answer. */
export interface Answer {
  status?: number;
  headers?: Record<string, string>;
  body?: unknown;
  never?: boolean;
  /** Sent when this resolves. */
  after?: Promise<void>;
}

type Route = Answer | ((request: SeenRequest) => Answer);

/** A real HTTP server on a port of its own that answers as told and remembers what it was asked. */
export class JsonServer {
  readonly requests: SeenRequest[] = [];
  readonly #routes = new Map<string, Route>();
  #server: Server | null = null;
  #port = 0;

  /** Routes by `GET /path`; the query is not part of it. Everything else is 404 in plain text. */
  static async start(routes: Record<string, Route> = {}): Promise<JsonServer> {
    const server = new JsonServer();
    for (const [route, answer] of Object.entries(routes)) server.answer(route, answer);
    await server.listen();
    return server;
  }

  get origin(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  /** From now on this route is answered so. */
  answer(route: string, answer: Route): void {
    this.#routes.set(route, answer);
  }

  /** How often a route was asked. */
  count(route: string): number {
    return this.requests.filter((request) => routeOf(request) === route).length;
  }

  /** Opens the port again after `close`, at the same number. */
  async listen(): Promise<void> {
    const server = createServer((message, response) => {
      const chunks: Buffer[] = [];
      message.on('data', (chunk: Buffer) => chunks.push(chunk));
      message.on('end', () => {
        const { method = '', url = '', headers } = message;
        const request = { method, path: url, headers, body: parse(Buffer.concat(chunks).toString()) };
        this.requests.push(request);
        const route = this.#routes.get(routeOf(request));
        const answer = typeof route === 'function' ? route(request) : (route ?? NOT_FOUND);
        if (answer.never === true) return;
        const { status = 200, body = '', headers: replyHeaders = {} } = answer;
        const isText = typeof body === 'string';
        const type = isText ? 'text/plain' : 'application/json';
        void (answer.after ?? Promise.resolve()).then(() => {
          response.writeHead(status, { 'content-type': type, ...replyHeaders });
          response.end(isText ? body : JSON.stringify(body));
        });
      });
    });
    await new Promise<void>((resolve) => server.listen(this.#port, '127.0.0.1', resolve));
    const address = server.address();
    if (address !== null && typeof address === 'object') this.#port = address.port;
    this.#server = server;
  }

  async close(): Promise<void> {
    const server = this.#server;
    this.#server = null;
    if (server === null) return;
    server.closeAllConnections();
    await new Promise<void>((resolve) => server.close(() => resolve()));
  }
}

const NOT_FOUND: Answer = { status: 404, body: '404 page not found' };

function routeOf(request: SeenRequest): string {
  return `${request.method} ${request.path.split('?', 1)[0] ?? ''}`;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
