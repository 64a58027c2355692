import { createContext } from 'svelte';
import { VIEW_NAMES, type ViewName } from '../../src-shared/bridge.ts';

/** `#/requests/ID?outcome=failed`: a known view, what it shows in particular, and how. */
export interface Route {
  view: ViewName;
  /** Decoded; null: nothing in particular. */
  id: string | null;
  query: Readonly<Record<string, string>>;
}

/** Anything that is no known view is the overview. */
export function parseHash(hash: string): Route {
  const [path = '', query = ''] = hash.replace(/^#\/?/, '').split('?');
  const [name = '', ...rest] = path.split('/');
  const view = VIEW_NAMES.find((each) => each === name);
  if (view === undefined) return { view: 'overview', id: null, query: {} };
  return { view, id: decode(rest.join('/')), query: Object.fromEntries(new URLSearchParams(query)) };
}

/** The link to a view: `<a href={hrefTo('requests', { id })}>`. */
export function hrefTo(view: ViewName, to: { id?: string; query?: Record<string, string> } = {}): string {
  const id = to.id === undefined ? '' : `/${encodeURIComponent(to.id)}`;
  const query = new URLSearchParams(to.query).toString();
  return `#/${view}${id}${query === '' ? '' : `?${query}`}`;
}

/** Where the pages are, from the address's hash. */
export class Router {
  route = $state.raw<Route>({ view: 'overview', id: null, query: {} });
  readonly #page: Window;

  constructor(page: Window) {
    this.#page = page;
    this.route = parseHash(page.location.hash);
    page.addEventListener('hashchange', this.#look);
  }

  readonly #look = () => (this.route = parseHash(this.#page.location.hash));

  go(view: ViewName, to: { id?: string; query?: Record<string, string> } = {}): void {
    this.#page.location.hash = hrefTo(view, to);
  }

  /** Changes how the view shows, without a step in the history. */
  refine(query: Record<string, string>): void {
    const { view, id } = this.route;
    this.#page.history.replaceState(null, '', hrefTo(view, { ...(id === null ? {} : { id }), query }));
    this.#look();
  }

  stop(): void {
    this.#page.removeEventListener('hashchange', this.#look);
  }
}

function decode(text: string): string | null {
  if (text === '') return null;
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}

export const [getRouter, setRouter] = createContext<Router>();
