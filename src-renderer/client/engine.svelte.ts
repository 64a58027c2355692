import { createContext } from 'svelte';
import type { Access } from '../../src-shared/bridge.ts';
import type { EngineEvent, EventData, EventTopic } from '../../src-shared/events.ts';
import type { OperationInput, OperationName, OperationOutput } from '../../src-shared/operations.ts';
import type { AccessSource, AccessState } from './access-source.ts';
import { callOperation } from './call-operation.ts';
import { ClientError, toClientError } from './client-error.ts';
import { EventStream } from './event-stream.ts';

export type ConnectionState = 'connecting' | 'live' | 'restarting' | 'offline' | 'signed_out';

/** Cheap topics that are always read, so that changing views loses nothing; the others cost the engine work. */
const STANDING_TOPICS: readonly EventTopic[] = [
  'request',
  'activity',
  'gate',
  'jobs',
  'status',
  'tray',
  'changed',
  'notice',
];
/** An engine that restarts is back within this time. */
const RESTART_MS = 15_000;
/** After the stream is open: by then the first view is drawn. */
const REST_MS = 1_000;

/** An operation whose input may be left out is called with its name alone. */
export type InputOf<Name extends OperationName> =
  Record<string, never> extends OperationInput<Name> ? [input?: OperationInput<Name>] : [input: OperationInput<Name>];

/** The pages' only door to the engine: calls, events and the state of the connection. */
export class Engine {
  /** What the frame shows. */
  state = $state<ConnectionState>('connecting');
  /** Raised whenever what was read before may be old: read again. 0: nobody can be asked yet. */
  epoch = $state(0);
  /** Why nobody is signed in, when there is something to say. */
  signedOutBecause = $state<string | null>(null);
  readonly canSignIn: boolean;
  readonly #source: AccessSource;
  readonly #stream: EventStream;
  readonly #listeners = new Map<EventTopic, Set<(event: EngineEvent) => void>>();
  readonly #unwatch: () => void;
  #access: Access | null = null;
  #restartTimer: ReturnType<typeof setTimeout> | undefined;
  #topicsTimer: ReturnType<typeof setTimeout> | undefined;
  #restTimer: ReturnType<typeof setTimeout> | undefined;
  #wasOpen = false;

  constructor(source: AccessSource) {
    this.#source = source;
    this.canSignIn = source.canSignIn;
    this.#stream = new EventStream({
      onOpen: (isContinued) => this.#opened(isContinued),
      onClosed: (error) => this.#closed(error),
      onEvent: (event) => this.#tell(event),
    });
    this.#unwatch = source.watch((state) => this.#take(state));
  }

  /** The base URL that apps are given; null: not known yet. */
  get address(): string | null {
    return this.#access?.address ?? null;
  }

  /** Throws ClientError. */
  async call<Name extends OperationName>(name: Name, ...[input]: InputOf<Name>): Promise<OperationOutput<Name>> {
    if (this.#access === null) throw new ClientError('offline', 'The engine cannot be reached.');
    try {
      return await callOperation(this.#access, name, input ?? ({} as OperationInput<Name>));
    } catch (error) {
      const problem = toClientError(error);
      if (problem.kind === 'unauthorized') this.#signedOut(problem.message);
      throw problem;
    }
  }

  /** Tells of every event of a topic until the returned function is called. */
  on<Topic extends EventTopic>(topic: Topic, listener: (data: EventData<Topic>) => void): () => void {
    const listeners = this.#listeners.get(topic) ?? new Set();
    this.#listeners.set(topic, listeners);
    // Listeners are kept by topic, so the data is that topic's.
    const take = (event: EngineEvent) => listener(event.data as EventData<Topic>);
    listeners.add(take);
    this.#topicsChanged();
    return () => {
      listeners.delete(take);
      this.#topicsChanged();
    };
  }

  /** Throws ClientError when the engine does not know the token. */
  async signIn(token: string): Promise<void> {
    await callOperation({ address: window.location.origin, token }, 'status.read', {});
    this.keepToken(token);
  }

  /** The engine's token was replaced by this page: go on with the new one. */
  keepToken(token: string): void {
    this.#source.keep(token);
    if (this.#source.canSignIn) this.#take({ kind: 'known', access: { address: window.location.origin, token } });
  }

  signOut(): void {
    this.#signedOut(null);
  }

  /** Tries to connect now. */
  retry(): void {
    if (this.state !== 'live') this.#stream.retry();
  }

  stop(): void {
    clearTimeout(this.#restartTimer);
    clearTimeout(this.#topicsTimer);
    clearTimeout(this.#restTimer);
    this.#unwatch();
    this.#stream.stop();
  }

  #take(state: AccessState): void {
    if (state.kind === 'none') {
      this.#signedOut(state.why);
      return;
    }
    if (state.kind === 'waiting') {
      this.#access = null;
      this.#lost();
    } else {
      this.#access = state.access;
      if (this.epoch === 0) this.epoch = 1;
      if (this.state === 'signed_out') this.state = 'connecting';
    }
    this.#stream.read(this.#access, this.#topics());
  }

  #opened(isContinued: boolean): void {
    clearTimeout(this.#restartTimer);
    this.#restartTimer = undefined;
    this.state = 'live';
    if (isContinued) return;
    if (this.#wasOpen) this.epoch += 1;
    else this.#readAgainAtRest();
    this.#wasOpen = true;
  }

  /**
   * The first reads need not wait for the stream, so that the page is there sooner. What happened before the stream was open
   * they may have missed; they are repeated when the page has nothing better to do.
   */
  #readAgainAtRest(): void {
    this.#restTimer = setTimeout(() => (this.epoch += 1), REST_MS);
  }

  #closed(error: ClientError): void {
    if (error.kind === 'unauthorized') this.#signedOut(error.message);
    else this.#lost();
  }

  /** For a while it may be on its way back; then it is gone until it comes. */
  #lost(): void {
    if (this.state === 'live') this.state = 'restarting';
    if (this.state === 'signed_out') this.state = 'connecting';
    if (this.state !== 'offline') this.#restartTimer ??= setTimeout(() => (this.state = 'offline'), RESTART_MS);
  }

  #signedOut(why: string | null): void {
    clearTimeout(this.#restartTimer);
    this.#restartTimer = undefined;
    this.#access = null;
    this.#source.keep(null);
    this.signedOutBecause = why;
    // In the window the shell brings a new token by itself.
    this.state = this.canSignIn ? 'signed_out' : 'restarting';
    this.#stream.stop();
  }

  #tell(event: EngineEvent): void {
    if (event.topic === 'reset') this.epoch += 1;
    for (const listener of this.#listeners.get(event.topic) ?? []) listener(event);
  }

  #topics(): EventTopic[] {
    const wanted = [...this.#listeners].filter(([, listeners]) => listeners.size > 0).map(([topic]) => topic);
    return [...new Set([...STANDING_TOPICS, ...wanted])].filter((topic) => topic !== 'reset').sort();
  }

  /** Views come and go in one turn: the stream is asked once for all of it. */
  #topicsChanged(): void {
    clearTimeout(this.#topicsTimer);
    this.#topicsTimer = setTimeout(() => {
      if (this.#access !== null) this.#stream.read(this.#access, this.#topics());
    });
  }
}

export const [getEngine, setEngine] = createContext<Engine>();
