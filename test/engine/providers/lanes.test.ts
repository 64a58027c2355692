import { describe, expect, test } from 'vitest';
import { Lanes } from '../../../src-main/engine/providers/lanes.ts';
import { makeEndpoint } from '../../support/make-endpoint.ts';
import { ManualClock } from '../../support/manual-clock.ts';

const LOCAL = makeEndpoint({ providerId: 'ollama', track: 'local' });
const CLOUD = makeEndpoint({ providerId: 'openai' });

function create() {
  const clock = new ManualClock();
  const lanes = new Lanes({
    clock,
    limits: {
      concurrency: { local: 1, cloud: 3 },
      queueLength: 0,
      queueWaitMs: 1_000,
      concurrencyOf: (providerId) => (providerId === 'own' ? 2 : null),
    },
  });
  return { clock, lanes };
}

function placesOf(lanes: Lanes, endpoint: typeof LOCAL): number {
  let places = 0;
  while (lanes.of(endpoint).queue.tryEnter()) places += 1;
  return places;
}

describe('lanes', () => {
  test('are one for each endpoint, made when it is first used', () => {
    const { lanes } = create();
    expect(lanes.find(LOCAL.id)).toBeUndefined();
    expect(lanes.of(LOCAL)).toBe(lanes.of({ ...LOCAL }));
    expect(lanes.find(LOCAL.id)).toBe(lanes.of(LOCAL));
    expect(lanes.of(CLOUD)).not.toBe(lanes.of(LOCAL));
  });

  test('have the places of their track, or the person’s own number', () => {
    const { lanes } = create();
    expect(placesOf(lanes, LOCAL)).toBe(1);
    expect(placesOf(lanes, CLOUD)).toBe(3);
    expect(placesOf(lanes, makeEndpoint({ providerId: 'own' }))).toBe(2);
  });

  test('are open until something is known against them', () => {
    const { lanes } = create();
    expect(lanes.whyBlocked('never/used')).toBeNull();
    expect(lanes.blockOf(lanes.of(CLOUD))).toBeNull();
  });

  test('are closed for the pause that was asked for, and tell it', async () => {
    const { clock, lanes } = create();
    lanes.limited(lanes.of(CLOUD), 2_500);
    expect(lanes.blockOf(lanes.of(CLOUD))).toEqual({
      why: 'its provider asked for a pause of 3 s',
      retryInMs: 2_500,
      limited: true,
    });
    expect(lanes.whyBlocked(LOCAL.id)).toBeNull();
    await clock.advance(2_500);
    expect(lanes.whyBlocked(CLOUD.id)).toBeNull();
  });

  test('are closed while their circuit is open, and while its probe is under way', async () => {
    const { clock, lanes } = create();
    const lane = lanes.of(CLOUD);
    for (let count = 0; count < 5; count += 1) lanes.failed(lane, 'call');
    expect(lanes.whyBlocked(CLOUD.id)).toBe('it failed repeatedly; the next try is in 10 s');
    await clock.advance(10_000);
    expect(lanes.whyBlocked(CLOUD.id)).toBeNull();
    lane.breaker.tryEnter();
    expect(lanes.whyBlocked(CLOUD.id)).toBe('it failed repeatedly; the next try is under way');
    lane.breaker.succeeded();
    expect(lanes.whyBlocked(CLOUD.id)).toBeNull();
  });

  test('count a new failure after the trouble was over', () => {
    const { lanes } = create();
    const lane = lanes.of(CLOUD);
    lanes.failed(lane, 'call');
    lane.breaker.succeeded();
    expect(lanes.whyBlocked(CLOUD.id)).toBeNull();
    for (let count = 0; count < 5; count += 1) lanes.failed(lane, 'call');
    expect(lanes.whyBlocked(CLOUD.id)).toContain('failed repeatedly');
  });

  test('of one provider can be opened again, the others stay', () => {
    const { lanes } = create();
    for (const endpoint of [CLOUD, LOCAL]) lanes.limited(lanes.of(endpoint), 5_000);
    for (let count = 0; count < 5; count += 1) lanes.failed(lanes.of(CLOUD), 'call');
    lanes.reset('openai');
    expect(lanes.whyBlocked(CLOUD.id)).toBeNull();
    expect(lanes.whyBlocked(LOCAL.id)).toContain('pause');
  });
});
