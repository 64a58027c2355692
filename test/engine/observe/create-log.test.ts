import { Writable } from 'node:stream';
import { expect, test } from 'vitest';
import { createLog } from '../../../src-main/engine/observe/create-log.ts';

function logFor(level: string) {
  const lines: Record<string, unknown>[] = [];
  const destination = new Writable({
    write(line: Buffer, _encoding, done) {
      lines.push(JSON.parse(line.toString()) as Record<string, unknown>);
      done();
    },
  });
  return { lines, log: createLog({ level, destination }) };
}

test('a line has its level as a word, an ISO time, its fields and its message', () => {
  const { lines, log } = logFor('info');
  log.warn({ provider: 'up' }, 'it is slow');
  expect(lines).toEqual([
    { level: 'warn', time: expect.stringMatching(/^\d{4}-.*Z$/) as string, provider: 'up', msg: 'it is slow' },
  ]);
});

test('keys, tokens and bodies are not printed, whoever logs them', () => {
  const { lines, log } = logFor('info');
  log.error({ token: 'a', headers: { authorization: 'b' }, call: { key: 'c', body: 'd' } }, 'oops');
  expect(JSON.stringify(lines)).not.toMatch(/"[abcd]"/);
});

test('another level holds from then on', () => {
  const { lines, log } = logFor('warn');
  const all = () => {
    log.debug({}, 'debug');
    log.info({}, 'info');
    log.warn({}, 'warn');
    log.error({}, 'error');
  };
  all();
  log.setLevel('debug');
  all();
  log.setLevel('error');
  all();
  expect(lines.map(({ msg }) => msg)).toEqual(['warn', 'error', 'debug', 'info', 'warn', 'error', 'error']);
});
