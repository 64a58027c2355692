import { untrack } from 'svelte';
import type { EventData, EventTopic } from '../../src-shared/events.ts';
import type { OperationInput, OperationName, OperationOutput } from '../../src-shared/operations.ts';
import { toClientError, type ClientError } from './client-error.ts';
import { getEngine, type Engine } from './engine.svelte.ts';

/** What a topic does to a value: read it again, or make the next value from it (null: this event changes nothing). */
type Reaction<Value, Topic extends EventTopic> =
  'reload' | ((value: Value, data: EventData<Topic>) => Value | 'reload' | null);
export type Reactions<Value> = { [Topic in EventTopic]?: Reaction<Value, Topic> };

/** `ready` as soon as there is a value; an `error` beside it says that it could not be read again. */
export interface Loadable<Value> {
  readonly state: 'loading' | 'ready' | 'error';
  readonly value: Value | null;
  readonly error: ClientError | null;
  reload(): void;
}

/**
 * An operation's answer, kept current by events; call it while a component is set up. It is read when the engine is
 * there, when `input` (a function, so that it may follow runes) gives something else, and at `reset`; never by the clock.
 *
 *     const status = resource('status.read', () => ({}), { status: (_old, next) => next });
 */
export function resource<Name extends OperationName>(
  name: Name,
  input: () => OperationInput<Name>,
  on: Reactions<OperationOutput<Name>> = {},
): Loadable<OperationOutput<Name>> {
  const loader = new Loader(getEngine(), name, on);
  $effect(() => {
    if (loader.engine.epoch === 0) return;
    const wanted = input();
    untrack(() => loader.load(wanted));
  });
  $effect(() => loader.listen());
  return loader;
}

class Loader<Name extends OperationName> implements Loadable<OperationOutput<Name>> {
  value = $state.raw<OperationOutput<Name> | null>(null);
  error = $state.raw<ClientError | null>(null);
  readonly engine: Engine;
  readonly #name: Name;
  readonly #on: Reactions<OperationOutput<Name>>;
  #input: OperationInput<Name> | null = null;
  #run = 0;
  #isLoading = false;
  #again = false;
  /** What happened while an answer was on its way: it may or may not be in it, so reactions must bear both. */
  #missed: (() => void)[] = [];

  constructor(engine: Engine, name: Name, on: Reactions<OperationOutput<Name>>) {
    this.engine = engine;
    this.#name = name;
    this.#on = on;
  }

  get state(): 'loading' | 'ready' | 'error' {
    if (this.value !== null) return 'ready';
    return this.error === null ? 'loading' : 'error';
  }

  /** Many events in a row are one more read after the one under way. */
  reload(): void {
    if (this.#input === null) return;
    if (this.#isLoading) this.#again = true;
    else this.load(this.#input);
  }

  load(input: OperationInput<Name>): void {
    this.#input = input;
    void this.#load(input);
  }

  listen(): () => void {
    const topics = Object.keys(this.#on) as EventTopic[];
    const ends = topics.map((topic) => this.engine.on(topic, (data) => this.#react(topic, data)));
    return () => {
      this.#run += 1;
      for (const end of ends) end();
    };
  }

  async #load(input: OperationInput<Name>): Promise<void> {
    this.#run += 1;
    const run = this.#run;
    this.#isLoading = true;
    this.#again = false;
    this.#missed = [];
    try {
      const value = await this.engine.call<OperationName>(this.#name, input);
      if (run === this.#run) this.#arrived(value as OperationOutput<Name>);
    } catch (error) {
      if (run === this.#run) this.#failed(toClientError(error));
    }
    if (run === this.#run) this.#loaded();
  }

  /** While the connection is down the frame says so, and everything is read again when it is back. */
  #failed(error: ClientError): void {
    if (error.kind !== 'offline' || this.engine.state === 'live') this.error = error;
  }

  #loaded(): void {
    this.#isLoading = false;
    const missed = this.#missed;
    this.#missed = [];
    for (const react of missed) react();
    if (this.#again) this.reload();
  }

  #arrived(value: OperationOutput<Name>): void {
    this.value = value;
    this.error = null;
  }

  #react<Topic extends EventTopic>(topic: Topic, data: EventData<Topic>): void {
    if (this.#isLoading) {
      this.#missed.push(() => this.#react(topic, data));
      return;
    }
    const reaction = this.#on[topic] as Reaction<OperationOutput<Name>, Topic> | undefined;
    if (reaction === undefined || this.value === null) return;
    const next = reaction === 'reload' ? reaction : reaction(this.value, data);
    if (next === 'reload') this.reload();
    else if (next !== null) this.value = next;
  }
}
