import type { GatewayCall } from './call.ts';

/** What a call of one method and path does. */
export type Handler = (call: GatewayCall) => void;

/** Handlers by `METHOD /path`; a final `*` in the path takes any rest, `*` as method takes any method. */
export type RouteTable = Readonly<Record<string, Handler>>;

export type Found = { kind: 'handler'; handler: Handler } | { kind: 'wrong_method'; allow: string } | { kind: 'none' };

/** Looks up exact paths in one step, then prefixes from the longest to the shortest. HEAD is served as GET. */
export class Router {
  readonly #exact = new Map<string, Handler>();
  readonly #prefixes: { method: string; prefix: string; handler: Handler }[] = [];
  readonly #methods = new Map<string, Set<string>>();

  constructor(...tables: readonly RouteTable[]) {
    for (const table of tables) for (const [route, handler] of Object.entries(table)) this.#add(route, handler);
    this.#prefixes.sort((one, other) => other.prefix.length - one.prefix.length);
  }

  find(method: string, path: string): Found {
    const wanted = method === 'HEAD' ? 'GET' : method;
    const exact = this.#exact.get(`${wanted} ${path}`);
    if (exact !== undefined) return { kind: 'handler', handler: exact };
    const methods = this.#methods.get(path);
    if (methods !== undefined) return { kind: 'wrong_method', allow: [...methods].join(', ') };
    for (const each of this.#prefixes) {
      const takes = each.method === '*' || each.method === wanted;
      if (takes && path.startsWith(each.prefix)) return { kind: 'handler', handler: each.handler };
    }
    return { kind: 'none' };
  }

  #add(route: string, handler: Handler): void {
    const [method = '', path = ''] = route.split(' ');
    if (path.endsWith('*')) {
      this.#prefixes.push({ method, prefix: path.slice(0, -1), handler });
      return;
    }
    this.#exact.set(route, handler);
    const methods = this.#methods.get(path) ?? new Set();
    this.#methods.set(path, methods.add(method));
  }
}
