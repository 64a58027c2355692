import { EVENT_TOPICS, type EventData, type EventTopic } from '../../../src-shared/events.ts';
import type { Clock, Log } from '../ports.ts';
import { EventRing, type ToldEvent } from './event-ring.ts';
import { eventId, parseEventId } from './event-id.ts';

/** What can be asked for; `reset` comes unasked. */
export type OpenTopic = Exclude<EventTopic, 'reset'>;
export const OPEN_TOPICS = EVENT_TOPICS.filter((topic): topic is OpenTopic => topic !== 'reset');

/** Somebody outside of this process who reads events as text, and may come back for what was missed. */
export interface EventReader {
  /** Before any event. */
  begin(opening: Opening): void;
  /** One event for this reader. May end its own reading. */
  take(event: ToldEvent): void;
  /** The hub has closed: nothing more comes. */
  ended(): void;
}

/** What a reader gets first. */
export interface Opening {
  /** Id to come back with when nothing else was received. */
  id: string;
  /** True: what was missed is gone, and everything is to be read anew. */
  reset: boolean;
  /** What was missed, oldest first. */
  missed: readonly ToldEvent[];
}

export interface EventHubOptions {
  clock: Pick<Clock, 'monotonicMs'>;
  log: Log;
  /** Name of this run of the engine: ids of another run mean nothing here. Letters and digits. */
  run: string;
  limits?: { events: number; characters: number };
}

/** About a megabyte: some hundred requests with their decisions. */
const LIMITS = { events: 1_000, characters: 1_000_000 };
/** So long after its last reader a topic is still kept, for a reader that comes back. */
const LINGER_MS = 30_000;

interface Topic<Name extends OpenTopic> {
  readonly listeners: Set<(data: EventData<Name>) => void>;
  readonly readers: Set<EventReader>;
  readonly onAttention: Set<(watched: boolean) => void>;
  /** Monotonic: when its last reader left. */
  leftAtMs: number;
  /** Number of its latest event that is not kept. */
  lostUpTo: number;
}

/**
 * Tells what happens, by topic: to listeners in this process, who get the value itself, and to readers outside, who get
 * text and may come back for what they missed. Where nobody listens nothing is built, serialised or kept.
 */
export class EventHub {
  readonly #options: EventHubOptions;
  readonly #topics: Topics = {
    request: newTopic(),
    activity: newTopic(),
    resources: newTopic(),
    gate: newTopic(),
    jobs: newTopic(),
    status: newTopic(),
    tray: newTopic(),
    changed: newTopic(),
    notice: newTopic(),
    log: newTopic(),
  };
  readonly #ring: EventRing;
  #number = 0;
  #closed = false;

  constructor(options: EventHubOptions) {
    this.#options = options;
    this.#ring = new EventRing({
      limits: options.limits ?? LIMITS,
      onDropped: ({ number, topic }) => {
        if (topic === 'reset') return;
        const from = this.#topics[topic];
        // What came later and was never kept is lost all the same.
        from.lostUpTo = Math.max(from.lostUpTo, number);
      },
    });
  }

  /** Does anybody listen to this topic or read it now? */
  isWatched(name: OpenTopic): boolean {
    const { listeners, readers } = this.#topics[name];
    return listeners.size > 0 || readers.size > 0;
  }

  /** Watched, or left so lately that a reader may come back. */
  isWanted(name: OpenTopic): boolean {
    return this.isWatched(name) || this.#lingers(this.#topics[name]);
  }

  /**
   * Something has happened. `make` is only called when somebody wants to know, or may come back to ask: then once, however
   * many they are. Never throws.
   */
  publish<Name extends OpenTopic>(name: Name, make: () => EventData<Name>): void {
    const topic: Topic<Name> = this.#topics[name];
    const number = (this.#number += 1);
    const isKept = topic.readers.size > 0 || this.#lingers(topic);
    if (!isKept) topic.lostUpTo = number;
    if (!isKept && topic.listeners.size === 0) return;
    try {
      const data = make();
      if (isKept) this.#tellReaders(topic, { number, topic: name, text: JSON.stringify(data) });
      for (const listener of [...topic.listeners]) this.#tell(() => listener(data), name);
    } catch (error) {
      topic.lostUpTo = number;
      this.#options.log.error({ topic: name, error: String(error) }, 'an event could not be told');
    }
  }

  /** In this process. The returned function ends it. */
  on<Name extends OpenTopic>(name: Name, listener: (data: EventData<Name>) => void): () => void {
    const { listeners }: Topic<Name> = this.#topics[name];
    // Its own function: the same listener added twice is told twice, and ended separately.
    const told = (data: EventData<Name>) => listener(data);
    this.#attend([name], () => listeners.add(told));
    return () => this.#attend([name], () => listeners.delete(told));
  }

  /**
   * From outside. `lastId`: the last id that the reader got, before it lost us; null: it is new. The returned function
   * ends the reading and may be called again.
   */
  open(options: { topics: readonly OpenTopic[]; lastId: string | null; reader: EventReader }): () => void {
    const { topics, lastId, reader } = options;
    if (this.#closed) {
      reader.ended();
      return () => undefined;
    }
    const after = lastId === null ? this.#number : this.#numberOf(lastId);
    const reset = after === null || topics.some((name) => this.#topics[name].lostUpTo > after);
    const wanted = new Set<EventTopic>(topics);
    const missed = reset ? [] : this.#ring.after(after, (topic) => wanted.has(topic));
    reader.begin({ id: eventId(this.#options.run, this.#number), reset, missed });
    this.#attend(topics, () => topics.forEach((name) => this.#topics[name].readers.add(reader)));
    return () => this.#leave(topics, reader);
  }

  /** Told when the first one comes to a topic and when the last one has gone; not of the state at the beginning. */
  onAttention(name: OpenTopic, listener: (watched: boolean) => void): void {
    this.#topics[name].onAttention.add(listener);
  }

  /** What was told must not be told again: readers begin anew, now or when they come back. */
  forget(): void {
    this.#ring.clear();
    const number = (this.#number += 1);
    const readers = new Set<EventReader>();
    for (const topic of Object.values(this.#topics)) {
      topic.lostUpTo = number;
      for (const reader of topic.readers) readers.add(reader);
    }
    for (const reader of readers) this.#tell(() => reader.take({ number, topic: 'reset', text: '{}' }), 'reset');
  }

  /** Sends every reader away: who has a right to it comes back. Listeners in this process stay. */
  endReaders(): void {
    const readers = new Set(Object.values(this.#topics).flatMap((topic) => [...topic.readers]));
    for (const reader of readers) {
      this.#leave(OPEN_TOPICS, reader);
      this.#tell(() => reader.ended(), 'reset');
    }
  }

  /** The end: readers are sent away, and none is taken any more. */
  close(): void {
    this.#closed = true;
    this.endReaders();
  }

  /** As readers get it after each event. */
  idOf(event: ToldEvent): string {
    return eventId(this.#options.run, event.number);
  }

  #tellReaders(topic: Pick<AnyTopic, 'readers'>, event: ToldEvent): void {
    this.#ring.push(event);
    for (const reader of [...topic.readers]) this.#tell(() => reader.take(event), event.topic);
  }

  #tell(tell: () => void, topic: EventTopic): void {
    try {
      tell();
    } catch (error) {
      this.#options.log.error({ topic, error: String(error) }, 'a listener to events failed');
    }
  }

  #lingers({ leftAtMs }: Pick<AnyTopic, 'leftAtMs'>): boolean {
    return leftAtMs !== -Infinity && this.#options.clock.monotonicMs() - leftAtMs < LINGER_MS;
  }

  #leave(topics: readonly OpenTopic[], reader: EventReader): void {
    const nowMs = this.#options.clock.monotonicMs();
    this.#attend(topics, () => {
      for (const name of topics) {
        const topic = this.#topics[name];
        if (topic.readers.delete(reader) && topic.readers.size === 0) topic.leftAtMs = nowMs;
      }
    });
  }

  /** Makes a change of who watches these topics, and tells those who want to know of it. */
  #attend(topics: readonly OpenTopic[], change: () => void): void {
    const before = topics.map((name) => this.isWatched(name));
    change();
    topics.forEach((name, place) => {
      const watched = this.isWatched(name);
      if (watched === before[place]) return;
      for (const listener of this.#topics[name].onAttention) this.#tell(() => listener(watched), name);
    });
  }

  /** null: of another run, from the future, or no id at all. */
  #numberOf(id: string): number | null {
    const number = parseEventId(id, this.#options.run);
    return number === null || number > this.#number ? null : number;
  }
}

type Topics = { readonly [Name in OpenTopic]: Topic<Name> };
type AnyTopic = Topics[OpenTopic];

function newTopic<Name extends OpenTopic>(): Topic<Name> {
  return {
    listeners: new Set(),
    readers: new Set(),
    onAttention: new Set(),
    leftAtMs: -Infinity,
    lostUpTo: 0,
  };
}
