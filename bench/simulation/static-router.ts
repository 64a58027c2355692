import type { Router } from './router.ts';
import type { Site } from './site.ts';

/** A client's usual patience with one call. */
const LIMIT_MS = 120_000;

/** Always the same endpoints in the same order, as a client without a router is set up. It knows no budgets and no breakers. */
export class StaticRouter implements Router {
  readonly #site: Site;
  readonly #endpointIds: readonly string[];

  constructor(site: Site, endpointIds: readonly string[]) {
    this.#site = site;
    this.#endpointIds = endpointIds;
  }

  plan(): ReturnType<Router['plan']> {
    const endpoints = this.#endpointIds.flatMap((id) => this.#site.endpoints.filter((endpoint) => endpoint.id === id));
    return {
      serving: {
        path: 'single',
        endpoints,
        hedgeAfterMs: null,
        warm: null,
        limitsMs: endpoints.map(() => LIMIT_MS),
        guarded: false,
        admit: () => null,
      },
      foreseen: null,
      decision: null,
    };
  }

  ended(): void {
    // Nothing is learned.
  }

  rated(): void {
    // Nobody listens.
  }

  stop(): void {
    // Nothing runs.
  }
}
