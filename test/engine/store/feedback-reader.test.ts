import { expect, test } from 'vitest';
import { FeedbackReader } from '../../../src-main/engine/store/feedback-reader.ts';
import type { FeedbackRecord } from '../../../src-main/engine/store/records.ts';
import { makeRecord, openStore } from './support.ts';

function feedbackOn(requestId: string, changes: Partial<FeedbackRecord> = {}): FeedbackRecord {
  return { requestId, atMs: 5, kind: 'user_rating', source: 'user', value: 0.75, note: null, ...changes };
}

function openFeedback() {
  const store = openStore();
  const isWaiting = (id: string) => store.writer.isWaiting(id);
  return { ...store, feedback: new FeedbackReader({ database: store.database, isWaiting }) };
}

test('what was said of a request is read in the order in which it came', () => {
  const { writer, feedback } = openFeedback();
  writer.append(feedbackOn('r1', { atMs: 9, note: 'x'.repeat(500) }));
  writer.append(feedbackOn('r2'));
  writer.append(feedbackOn('r1', { kind: 'failure', source: 'agent', value: 0 }));
  writer.flush();
  expect(feedback.feedbackOf('r1')).toEqual([
    { atMs: 9, kind: 'user_rating', source: 'user', value: 0.75, note: 'x'.repeat(500) },
    { atMs: 5, kind: 'failure', source: 'agent', value: 0, note: null },
  ]);
  expect(feedback.feedbackOf('r3')).toEqual([]);
});

test('a request is known from its end on, whether it is written yet or not; others are not', () => {
  const { writer, feedback } = openFeedback();
  const record = makeRecord();
  expect(feedback.hasRequest(record.id)).toBe(false);
  writer.append(record);
  expect(feedback.hasRequest(record.id)).toBe(true);
  writer.flush();
  expect(feedback.hasRequest(record.id)).toBe(true);
});

test.each([
  ['a note that is too long', { note: 'x'.repeat(501) }],
  ['a value above one', { value: 1.01 }],
  ['a value below nothing', { value: -0.01 }],
  ['a value that is no number', { value: NaN }],
])('the database refuses %s', (_, changes) => {
  const { writer, feedback } = openFeedback();
  writer.append(feedbackOn('r1', changes));
  writer.flush();
  expect(feedback.feedbackOf('r1')).toEqual([]);
  expect(writer.lostRecords).toBe(1);
});
