import type { EventTopic } from '../../../src-shared/events.ts';

/** One event as readers get it. */
export interface ToldEvent {
  readonly number: number;
  readonly topic: EventTopic;
  /** JSON. */
  readonly text: string;
}

/** The latest events, bounded in number and in size. */
export class EventRing {
  readonly #limits: { events: number; characters: number };
  readonly #onDropped: (event: ToldEvent) => void;
  #events: ToldEvent[] = [];
  /** Place of the oldest; those before it are gone and are cut off now and then. */
  #first = 0;
  #characters = 0;

  constructor(options: {
    limits: { events: number; characters: number };
    /** Told of each event that made room for a newer one. */
    onDropped: (event: ToldEvent) => void;
  }) {
    this.#limits = options.limits;
    this.#onDropped = options.onDropped;
  }

  get size(): number {
    return this.#events.length - this.#first;
  }

  get characters(): number {
    return this.#characters;
  }

  push(event: ToldEvent): void {
    this.#events.push(event);
    this.#characters += event.text.length;
    while (this.size > this.#limits.events || this.#characters > this.#limits.characters) this.#drop();
    if (this.#first > this.#limits.events) this.#cut();
  }

  /** Those with a higher number, oldest first. */
  after(number: number, isWanted: (topic: EventTopic) => boolean): ToldEvent[] {
    const found: ToldEvent[] = [];
    for (let place = this.#events.length - 1; place >= this.#first; place -= 1) {
      const event = this.#events[place];
      if (event === undefined || event.number <= number) break;
      if (isWanted(event.topic)) found.push(event);
    }
    return found.reverse();
  }

  clear(): void {
    this.#events = [];
    this.#first = 0;
    this.#characters = 0;
  }

  #drop(): void {
    const oldest = this.#events[this.#first];
    this.#first += 1;
    if (oldest === undefined) return;
    this.#characters -= oldest.text.length;
    this.#onDropped(oldest);
    if (this.size === 0) this.clear();
  }

  #cut(): void {
    this.#events = this.#events.slice(this.#first);
    this.#first = 0;
  }
}
