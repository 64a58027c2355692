import { describe, expect, test } from 'vitest';
import type { Notice } from '../../../src-shared/house.ts';
import { EventHub } from '../../../src-main/engine/events/event-hub.ts';
import { Notices, type News } from '../../../src-main/engine/house/notices.ts';
import { ManualClock } from '../../support/manual-clock.ts';
import { SilentLog } from '../../support/silent-log.ts';

function build({ listening = true } = {}) {
  const clock = new ManualClock();
  const log = new SilentLog();
  const hub = new EventHub({ clock, log, run: 'run' });
  const notices = new Notices({ hub, clock, log });
  const heard: Notice[] = [];
  const listen = () => hub.on('notice', (notice) => heard.push(notice));
  if (listening) listen();
  return { clock, log, notices, heard, listen };
}

function news(changes: Partial<News> = {}): News {
  return { matter: 'gone/ollama', level: 'warning', title: 'Gone', text: 'It is gone.', view: 'models', ...changes };
}

describe('a matter', () => {
  test('is told once, with its view and an id of its own', () => {
    const { notices, heard, clock } = build();
    expect([notices.tell(news()), notices.tell(news())]).toEqual([true, false]);
    notices.tell(news({ matter: 'other' }));
    expect(heard).toEqual([
      { id: 'n1', atMs: clock.nowMs(), level: 'warning', title: 'Gone', text: 'It is gone.', view: 'models' },
      expect.objectContaining({ id: 'n2' }),
    ]);
  });

  test('that is not settled is not told again however long it takes', async () => {
    const { notices, heard, clock } = build();
    notices.tell(news());
    await clock.advance(24 * 3_600_000);
    notices.tell(news());
    expect(heard).toHaveLength(1);
  });

  test('that was settled is news again, but no oftener than every ten minutes', async () => {
    const { notices, heard, clock } = build();
    notices.tell(news());
    expect(notices.settle('gone/ollama')).toBe(true);
    await clock.advance(599_999);
    expect(notices.tell(news())).toBe(false);
    expect(notices.settle('gone/ollama')).toBe(false);
    await clock.advance(1);
    expect(notices.tell(news())).toBe(true);
    expect(heard).toHaveLength(2);
  });
});

test('more than five in a minute are left out and may be told later', async () => {
  const { notices, heard, clock, log } = build();
  for (let count = 0; count < 8; count += 1) notices.tell(news({ matter: `m${count}` }));
  expect(heard).toHaveLength(5);
  expect(log.lines).toHaveLength(3);
  await clock.advance(60_000);
  expect(notices.tell(news({ matter: 'm7' }))).toBe(true);
});

test('what is told while nobody listens waits for the first who does, once', () => {
  const { notices, heard, listen } = build({ listening: false });
  notices.tell(news());
  notices.tell(news({ matter: 'other' }));
  listen();
  listen();
  expect(heard.map(({ id }) => id)).toEqual(['n1', 'n2']);
});

test('no timer is ever needed', () => {
  const { notices, clock } = build();
  notices.tell(news());
  expect(clock.pendingTimers).toBe(0);
});
