import { untrack } from 'svelte';
import type { RequestsQuery } from '../../../src-shared/control.ts';
import { toClientError, type ClientError } from '../../client/client-error.ts';
import { getEngine, type Engine } from '../../client/engine.svelte.ts';
import { toRow, type RequestRow } from './request-row.ts';

type Outcome = RequestsQuery['outcome'];

/** Requests asked for at once. */
const PAGE = 100;
/** Pages read in one go while looking for rows that fit. */
const MOST_PAGES = 10;
/** Rows kept while nobody looks further back; the others can be read again. */
const MOST_LIVE = 500;

/** Recorded requests, newest first: new ones come by themselves, older ones when they are wanted. */
export class RequestFeed {
  value = $state.raw<readonly RequestRow[] | null>(null);
  error = $state.raw<ClientError | null>(null);
  isReading = $state(false);
  /** There may be older ones. */
  hasOlder = $state(false);
  /** Raised when reading begins anew. */
  beginnings = $state(0);
  readonly #engine: Engine;
  #outcome: Outcome;
  #run = 0;
  /** What came as events while the newest page was under way. */
  #arrived: RequestRow[] = [];
  #isDeep = false;

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  listen(): () => void {
    return this.#engine.on('request', (request) => {
      if (this.#outcome !== undefined && request.outcome !== this.#outcome) return;
      const row = toRow(request);
      this.#arrived.push(row);
      this.value = union([row], this.value ?? []);
      if (!this.#isDeep) this.trim();
    });
  }

  /** Reads the newest ones of this outcome (all without); until they are there, the old ones stay. */
  async start(outcome: Outcome): Promise<void> {
    if (outcome !== this.#outcome) this.value = null;
    this.#outcome = outcome;
    this.#run += 1;
    this.#arrived = [];
    this.#isDeep = false;
    await this.#read(null);
    this.beginnings += 1;
  }

  reload(): void {
    void this.start(this.#outcome);
  }

  /** Reads older ones until so many rows fit, nothing is left, or enough was looked through for one go. */
  async need(count: number, isWanted: (row: RequestRow) => boolean): Promise<void> {
    const run = this.#run;
    for (let pages = 0; pages < MOST_PAGES && this.hasOlder && !this.isReading; pages += 1) {
      const rows = this.value ?? [];
      if (run !== this.#run || rows.filter(isWanted).length >= count) return;
      this.#isDeep = true;
      await this.#read(rows.at(-1)?.id ?? null);
    }
  }

  /** What nobody looks at may go: the newest stay. */
  trim(): void {
    this.#isDeep = false;
    const rows = this.value;
    if (rows === null || rows.length <= MOST_LIVE) return;
    this.value = rows.slice(0, MOST_LIVE / 2);
    this.hasOlder = true;
  }

  async #read(before: string | null): Promise<void> {
    const run = this.#run;
    this.isReading = true;
    try {
      const page = await this.#engine.call('requests.list', {
        limit: PAGE,
        ...(before === null ? {} : { before }),
        ...(this.#outcome === undefined ? {} : { outcome: this.#outcome }),
      });
      if (run !== this.#run) return;
      this.value = union(before === null ? this.#arrived.toReversed() : (this.value ?? []), page.requests.map(toRow));
      this.#arrived = [];
      this.hasOlder = page.next !== null;
      this.error = null;
    } catch (error) {
      if (run !== this.#run) return;
      this.error = toClientError(error);
      this.hasOlder = false;
    }
    this.isReading = false;
  }
}

/** A request may come both ways: as an event, and in a page that was under way. */
function union(newer: readonly RequestRow[], older: readonly RequestRow[]): RequestRow[] {
  const known = new Set(newer.map(({ id }) => id));
  return [...newer, ...older.filter(({ id }) => !known.has(id))];
}

/** Call it while a component is set up; it reads again whenever what was read may be old. */
export function requestFeed(outcome: () => Outcome): RequestFeed {
  const engine = getEngine();
  const feed = new RequestFeed(engine);
  $effect(() => feed.listen());
  $effect(() => {
    const wanted = outcome();
    if (engine.epoch > 0) untrack(() => void feed.start(wanted));
  });
  return feed;
}
