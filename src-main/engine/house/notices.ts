import type { Notice } from '../../../src-shared/house.ts';
import type { EventHub } from '../events/event-hub.ts';
import type { Clock, Log } from '../ports.ts';

/** A view of the pages that says more. */
export type NoticeView = 'overview' | 'models' | 'spend' | 'optimizer' | 'background' | 'settings' | 'logs';

/** Something that a person should hear of. */
export interface News {
  /** The matter that it is about: what was told of it once is not told again until the matter is settled. */
  matter: string;
  level: Notice['level'];
  title: string;
  text: string;
  view: NoticeView | null;
}

/** A matter that comes and goes is told no oftener. */
const AGAIN_AFTER_MS = 10 * 60_000;
/** So many in a minute; who hears more than that stops listening. */
const MOST_A_MINUTE = 5;
const MINUTE_MS = 60_000;
/** What was told while nobody listened waits for the first who does. */
const MOST_WAITING = 20;

/** Tells people what they should hear of: each matter once, and never too much at a time. */
export class Notices {
  readonly #hub: EventHub;
  readonly #clock: Clock;
  readonly #log: Log;
  /** Matters that were told and are not settled, and when each was last told. */
  readonly #open = new Set<string>();
  readonly #toldAtMs = new Map<string, number>();
  #latelyMs: number[] = [];
  #waiting: Notice[] = [];
  #count = 0;

  constructor(options: { hub: EventHub; clock: Clock; log: Log }) {
    this.#hub = options.hub;
    this.#clock = options.clock;
    this.#log = options.log;
    this.#hub.onAttention('notice', (watched) => {
      if (watched) this.#tellWaiting();
    });
  }

  /** False: it is known already, or too much was told of late. */
  tell(news: News): boolean {
    const nowMs = this.#clock.monotonicMs();
    if (this.#open.has(news.matter)) return false;
    if (nowMs - (this.#toldAtMs.get(news.matter) ?? -Infinity) < AGAIN_AFTER_MS) return false;
    this.#latelyMs = this.#latelyMs.filter((atMs) => nowMs - atMs < MINUTE_MS);
    if (this.#latelyMs.length >= MOST_A_MINUTE) {
      this.#log.debug({ matter: news.matter }, 'a notice was left out: there were too many');
      return false;
    }
    this.#latelyMs.push(nowMs);
    this.#open.add(news.matter);
    this.#remember(news.matter, nowMs);
    this.#publish(this.#toNotice(news));
    return true;
  }

  /** The matter is over: the next time it is news again. True when it had been told. */
  settle(matter: string): boolean {
    return this.#open.delete(matter);
  }

  #toNotice({ level, title, text, view }: News): Notice {
    this.#count += 1;
    return { id: `n${this.#count}`, atMs: Math.round(this.#clock.nowMs()), level, title, text, view };
  }

  #publish(notice: Notice): void {
    if (this.#hub.isWanted('notice')) this.#hub.publish('notice', () => notice);
    else this.#waiting = [...this.#waiting, notice].slice(-MOST_WAITING);
  }

  #tellWaiting(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const notice of waiting) this.#hub.publish('notice', () => notice);
  }

  /** Old ones are forgotten, so that the list stays short. */
  #remember(matter: string, nowMs: number): void {
    for (const [each, atMs] of this.#toldAtMs) if (nowMs - atMs >= AGAIN_AFTER_MS) this.#toldAtMs.delete(each);
    this.#toldAtMs.set(matter, nowMs);
  }
}
