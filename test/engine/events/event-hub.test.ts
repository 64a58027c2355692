import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  EventHub,
  OPEN_TOPICS,
  type EventReader,
  type Opening,
  type OpenTopic,
} from '../../../src-main/engine/events/event-hub.ts';
import type { ToldEvent } from '../../../src-main/engine/events/event-ring.ts';
import { ManualClock } from '../../support/manual-clock.ts';
import { SilentLog } from '../../support/silent-log.ts';

/** Keeps what it is told. */
class KeepingReader implements EventReader {
  opening: Opening | null = null;
  readonly events: ToldEvent[] = [];
  endings = 0;

  begin(opening: Opening): void {
    this.opening = opening;
    this.events.push(...opening.missed);
  }

  take(event: ToldEvent): void {
    this.events.push(event);
  }

  ended(): void {
    this.endings += 1;
  }

  get texts(): string[] {
    return this.events.map(({ text }) => text);
  }
}

function build(limits?: { events: number; characters: number }) {
  const clock = new ManualClock();
  const log = new SilentLog();
  const hub = new EventHub({ clock, log, run: 'run', ...(limits === undefined ? {} : { limits }) });
  const open = (topics: readonly OpenTopic[], lastId: string | null = null) => {
    const reader = new KeepingReader();
    return { reader, close: hub.open({ topics, lastId, reader }) };
  };
  return { clock, log, hub, open };
}

const SETTINGS = () => ({ what: 'settings' as const });

describe('publishing', () => {
  test('makes nothing when nobody listens', () => {
    const { hub } = build();
    let made = 0;
    hub.publish('changed', () => {
      made += 1;
      return SETTINGS();
    });
    expect(made).toBe(0);
  });

  test('makes it once for all who listen, and serialises it once for all who read', () => {
    const { hub, open } = build();
    let [made, serialised] = [0, 0];
    const heard: unknown[] = [];
    hub.on('log', (data) => heard.push(data));
    hub.on('log', (data) => heard.push(data));
    const readers = [open(['log']).reader, open(['log', 'gate']).reader];
    const toJSON = () => {
      serialised += 1;
      return 'x';
    };
    hub.publish('log', () => {
      made += 1;
      return { atMs: 1, level: 'info', message: 'm', fields: { toJSON } };
    });
    expect([made, serialised]).toEqual([1, 1]);
    expect(heard[0]).toBe(heard[1]);
    expect(readers[0]?.events[0]).toBe(readers[1]?.events[0]);
  });

  test('for listeners in this process serialises nothing', () => {
    const { hub } = build();
    let serialised = 0;
    hub.on('log', () => undefined);
    const toJSON = () => (serialised += 1);
    hub.publish('log', () => ({ atMs: 1, level: 'info', message: 'm', fields: { toJSON } }));
    expect(serialised).toBe(0);
  });

  test('reaches only those who asked for the topic', () => {
    const { hub, open } = build();
    const { reader } = open(['gate']);
    hub.publish('changed', SETTINGS);
    expect(reader.events).toEqual([]);
  });

  test('survives a listener that stumbles and a value that cannot be made', () => {
    const { hub, log, open } = build();
    const { reader } = open(['changed']);
    const heard: unknown[] = [];
    hub.on('changed', () => {
      throw new Error('a defect');
    });
    hub.on('changed', (data) => heard.push(data));
    hub.publish('changed', SETTINGS);
    hub.publish('changed', () => {
      throw new Error('another defect');
    });
    expect(heard).toEqual([{ what: 'settings' }]);
    expect(reader.texts).toEqual(['{"what":"settings"}']);
    expect(log.lines.map(({ message }) => message)).toEqual([
      'a listener to events failed',
      'an event could not be told',
    ]);
  });

  test('inside of a listener comes after what the listener was told, for every reader', () => {
    const { hub, open } = build();
    hub.on('changed', () => hub.publish('notice', () => notice('n1')));
    const { reader } = open(['changed', 'notice']);
    hub.publish('changed', SETTINGS);
    expect(reader.events.map(({ topic }) => topic)).toEqual(['changed', 'notice']);
  });
});

function notice(id: string) {
  return { id, atMs: 1, level: 'info' as const, title: 't', text: 't', view: null };
}

describe('attention', () => {
  test('is told when the first one comes to a topic and the last one goes', () => {
    const { hub, open } = build();
    const told: boolean[] = [];
    hub.onAttention('resources', (watched) => told.push(watched));
    const stop = hub.on('resources', () => undefined);
    const { close } = open(['resources', 'gate']);
    stop();
    stop();
    expect(told).toEqual([true]);
    close();
    close();
    expect(told).toEqual([true, false]);
    expect(hub.isWatched('resources')).toBe(false);
  });

  test('comes after the reader has begun: what it makes happen has a later id than the reader’s first', () => {
    const { hub, open } = build();
    hub.onAttention('changed', () => hub.publish('changed', SETTINGS));
    const { reader } = open(['changed']);
    expect([reader.opening?.id, hub.idOf(reader.events[0] ?? { number: -1, topic: 'log', text: '' })]).toEqual([
      'run-0',
      'run-1',
    ]);
  });
});

describe('a reader that comes back', () => {
  test('gets what it missed, and nothing twice', () => {
    const { hub, open } = build();
    const { reader, close } = open(['changed']);
    hub.publish('changed', SETTINGS);
    close();
    hub.publish('changed', () => ({ what: 'apps' }));
    const again = open(['changed'], hub.idOf(reader.events[0] ?? { number: -1, topic: 'log', text: '' }));
    expect([again.reader.opening?.reset, again.reader.texts]).toEqual([false, ['{"what":"apps"}']]);
  });

  test('within half a minute; later it is to begin anew', async () => {
    const { hub, open, clock } = build();
    const { reader, close } = open(['changed']);
    close();
    await clock.advance(30_000);
    hub.publish('changed', SETTINGS);
    expect(open(['changed'], reader.opening?.id ?? null).reader.opening).toMatchObject({ reset: true, missed: [] });
  });

  test('late, when nothing happened meanwhile, has missed nothing', async () => {
    const { hub, open, clock } = build();
    const { reader, close } = open(['changed']);
    close();
    await clock.advance(600_000);
    hub.publish('gate', () => {
      throw new Error('nobody asked for it');
    });
    expect(open(['changed'], reader.opening?.id ?? null).reader.opening?.reset).toBe(false);
  });

  test.each([
    ['of another run of the engine', 'other-0'],
    ['that was never given', 'run-99'],
    ['that is none', 'run-1e3'],
  ])('with an id %s is to begin anew', (_case, lastId) => {
    const { hub, open } = build();
    hub.publish('changed', SETTINGS);
    expect(open(['changed'], lastId).reader.opening?.reset).toBe(true);
  });

  test('after everything was forgotten is to begin anew, and who reads just then is told so', () => {
    const { hub, open } = build();
    const { reader } = open(['changed', 'gate']);
    hub.publish('changed', SETTINGS);
    const { close } = open(['changed']);
    close();
    hub.forget();
    expect(reader.events.at(-1)).toMatchObject({ topic: 'reset', text: '{}' });
    expect(reader.events).toHaveLength(2);
    expect(open(['changed'], 'run-0').reader.opening).toMatchObject({ reset: true, missed: [] });
    expect(open(['changed'], 'run-2').reader.opening?.reset).toBe(false);
  });
});

describe('the end', () => {
  test('sends every reader away once, and takes no more', () => {
    const { hub, open } = build();
    const { reader } = open(OPEN_TOPICS);
    hub.close();
    hub.close();
    const late = open(['gate']).reader;
    expect([reader.endings, late.endings, late.opening]).toEqual([1, 1, null]);
    expect(hub.isWatched('gate')).toBe(false);
  });
});

describe('what is kept', () => {
  test('is bounded in number and in size', () => {
    const { hub, open } = build({ events: 10, characters: 200 });
    const { reader } = open(['changed', 'log']);
    for (let count = 0; count < 50; count += 1) hub.publish('changed', SETTINGS);
    expect(open(['changed'], 'run-40').reader.events).toHaveLength(10 > 200 / 19 ? 10 : Math.floor(200 / 19));
    expect(open(['changed'], 'run-39').reader.opening?.reset).toBe(true);
    const huge = { atMs: 1, level: 'info' as const, message: 'x'.repeat(500), fields: {} };
    hub.publish('log', () => huge);
    expect(reader.events).toHaveLength(51);
    expect(open(['log'], 'run-50').reader.opening?.reset).toBe(true);
    expect(open(['changed'], 'run-50').reader.opening).toMatchObject({ reset: false, missed: [] });
  });

  test('that makes room for others does not hide what was never kept', async () => {
    const { hub, open, clock } = build({ events: 2, characters: 1_000_000 });
    open(['changed']);
    const gone = open(['log']);
    const line = () => ({ atMs: 1, level: 'info' as const, message: 'x', fields: {} });
    hub.publish('log', line);
    gone.close();
    hub.publish('changed', SETTINGS);
    await clock.advance(30_000);
    hub.publish('log', line);
    // Takes the room of the first line, which its reader has.
    hub.publish('changed', SETTINGS);
    expect(open(['log'], 'run-1').reader.opening?.reset).toBe(true);
  });

  type Step =
    | { kind: 'publish'; topic: 'changed' | 'gate' | 'log' }
    | { kind: 'drop'; reader: number }
    | { kind: 'wait'; ms: number };
  const step: fc.Arbitrary<Step> = fc.oneof(
    {
      weight: 6,
      arbitrary: fc.record({ kind: fc.constant('publish' as const), topic: fc.constantFrom('changed', 'gate', 'log') }),
    },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant('drop' as const), reader: fc.nat(2) }) },
    {
      weight: 1,
      arbitrary: fc.record({ kind: fc.constant('wait' as const), ms: fc.integer({ min: 0, max: 40_000 }) }),
    },
  );
  const wishes = fc.array(fc.subarray(['changed', 'gate', 'log'] as const, { minLength: 1 }), {
    minLength: 3,
    maxLength: 3,
  });

  test('loses no event and doubles none for readers that come and go, unless it says so', async () => {
    await fc.assert(
      fc.asyncProperty(
        wishes,
        fc.array(step, { maxLength: 60 }),
        fc.integer({ min: 1, max: 12 }),
        async (wanted, steps, kept) => {
          const { hub, clock } = build({ events: kept, characters: 1_000_000 });
          const readers = wanted.map((topics) => new ComingAndGoing(hub, topics));
          let count = 0;
          for (const each of steps) {
            if (each.kind === 'wait') await clock.advance(each.ms);
            else if (each.kind === 'drop') readers[each.reader]?.toggle();
            else {
              count += 1;
              const { topic } = each;
              for (const reader of readers) reader.expect(topic, count);
              publish(hub, topic, count);
            }
          }
          for (const reader of readers) {
            reader.comeBack();
            expect(reader.got).toEqual(reader.expected);
          }
        },
      ),
      { numRuns: 300 },
    );
  });
});

test('within half a minute and the room there is, nobody is told to begin anew', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.constantFrom('changed', 'gate', 'log'), fc.nat(2)), { maxLength: 60 }),
      (steps) => {
        const { hub } = build();
        const readers = [new ComingAndGoing(hub, ['changed']), new ComingAndGoing(hub, ['gate', 'log'])];
        steps.forEach(([topic, toggled], count) => {
          readers[toggled]?.toggle();
          for (const reader of readers) reader.expect(topic, count);
          publish(hub, topic, count);
        });
        for (const reader of readers) {
          reader.comeBack();
          expect([reader.got, reader.resets]).toEqual([reader.expected, 0]);
        }
      },
    ),
  );
});

function publish(hub: EventHub, topic: 'changed' | 'gate' | 'log', count: number): void {
  if (topic === 'changed') hub.publish(topic, () => numbered({ what: 'settings' as const }, count));
  else if (topic === 'log') hub.publish(topic, () => ({ atMs: count, level: 'info', message: '', fields: { count } }));
  else hub.publish(topic, () => ({ ...CLOSED, sinceMs: count }));
}

function numbered<Value extends object>(value: Value, count: number): Value {
  return { ...value, count };
}

const CLOSED = { open: false, sinceMs: 0, conditions: [], closedBy: [], pausedUntilMs: null, paused: false };

/** A reader as pages are: it remembers its last id, and at a reset takes everything as read anew. */
class ComingAndGoing implements EventReader {
  got: number[] = [];
  expected: number[] = [];
  resets = 0;
  readonly #hub: EventHub;
  readonly #topics: readonly OpenTopic[];
  #lastId: string | null = null;
  #close: (() => void) | null = null;

  constructor(hub: EventHub, topics: readonly OpenTopic[]) {
    this.#hub = hub;
    this.#topics = topics;
    this.comeBack();
  }

  expect(topic: OpenTopic, count: number): void {
    if (this.#topics.includes(topic)) this.expected.push(count);
  }

  toggle(): void {
    if (this.#close === null) this.comeBack();
    else {
      this.#close();
      this.#close = null;
    }
  }

  comeBack(): void {
    this.#close ??= this.#hub.open({ topics: this.#topics, lastId: this.#lastId, reader: this });
  }

  begin({ id, reset, missed }: Opening): void {
    if (reset) this.resets += 1;
    if (reset) this.got = [...this.expected];
    if (missed.length === 0) this.#lastId = id;
    for (const event of missed) this.take(event);
  }

  take(event: ToldEvent): void {
    this.#lastId = this.#hub.idOf(event);
    this.got.push(Number(/(\d+)[^\d]*$/.exec(event.text.replace(/,"conditions.*/, ''))?.[1]));
  }

  ended(): void {
    throw new Error('nobody ends it here');
  }
}
