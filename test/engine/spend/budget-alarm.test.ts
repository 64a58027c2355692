import { describe, expect, test } from 'vitest';
import { BudgetAlarm } from '../../../src-main/engine/spend/budget-alarm.ts';
import { ManualClock } from '../../support/manual-clock.ts';
import { SilentLog } from '../../support/silent-log.ts';
import { makeBook, spend } from './make-budget-book.ts';

function setUp(spentBefore = 0) {
  const clock = new ManualClock();
  const log = new SilentLog();
  const book = makeBook({ budgets: { total: { dayUsd: 10 } }, clock });
  if (spentBefore > 0) spend(book, spentBefore);
  return { clock, log, book, alarm: new BudgetAlarm({ budgets: book, clock, log }) };
}

describe('an alarm', () => {
  test('tells each level once, in the log and for the status', async () => {
    const { alarm, book, clock, log } = setUp();
    spend(book, 6);
    alarm.check();
    expect(alarm.warnings()).toEqual([expect.stringContaining('$6.00')]);
    await clock.advance(5_000);
    alarm.check();
    expect(alarm.warnings()).toHaveLength(1);
    spend(book, 4);
    await clock.advance(5_000);
    alarm.check();
    expect(alarm.warnings()).toEqual([expect.any(String), expect.stringContaining('is used up')]);
    expect(log.lines.map(({ level, message }) => [level, message])).toEqual(
      alarm.warnings().map((sentence) => ['warn', sentence]),
    );
  });

  test('looks every five seconds at most, however much is spent', async () => {
    const { alarm, book, clock } = setUp();
    alarm.check();
    spend(book, 10);
    await clock.advance(4_999);
    alarm.check();
    expect(alarm.warnings()).toEqual([]);
    await clock.advance(1);
    alarm.check();
    expect(alarm.warnings()).toHaveLength(1);
  });

  test('is silent about what was passed before the start, and forgets a day with the day', async () => {
    const { alarm, book, clock } = setUp(6);
    alarm.check();
    expect(alarm.warnings()).toEqual([]);
    spend(book, 3);
    await clock.advance(5_000);
    alarm.check();
    expect(alarm.warnings()).toHaveLength(1);
    await clock.advance(36 * 3_600_000);
    expect(alarm.warnings()).toEqual([]);
  });
});
