import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ChatMessage } from '../../../src-main/engine/protocols/chat-request.ts';
import type { JsonObject } from '../../../src-main/engine/protocols/json.ts';
import { looksFailed } from '../../../src-main/engine/routing/looks-failed.ts';
import { findStuckSign } from '../../../src-main/engine/routing/stuck-signs.ts';

interface Turn {
  name: string;
  given?: JsonObject;
  result?: string;
  isError?: boolean;
}

const user = (text: string): ChatMessage => ({ role: 'user', parts: [{ type: 'text', text }] });
const assistant = (text: string): ChatMessage => ({ role: 'assistant', parts: [{ type: 'text', text }] });

let lastId = 0;
/** An agent's history: the task, then each tool call with its result. */
function history(...turns: Turn[]): ChatMessage[] {
  return [user('Fix the build'), ...turns.flatMap(toMessages)];
}

function toMessages({ name, given = {}, result = 'ok', isError }: Turn): ChatMessage[] {
  const id = `call_${++lastId}`;
  const content = [{ type: 'text' as const, text: result }];
  return [
    { role: 'assistant', parts: [{ type: 'tool_call', id, name, arguments: given }] },
    {
      role: 'tool',
      parts: [{ type: 'tool_result', callId: id, content, ...(isError === undefined ? {} : { isError }) }],
    },
  ];
}

const bash = (command: string, result = 'ok', isError?: boolean): Turn => ({
  name: 'bash',
  given: { command },
  result,
  ...(isError === undefined ? {} : { isError }),
});
const edit = (path: string, before: string, after: string): Turn => ({
  name: 'edit',
  given: { path, old_string: before, new_string: after },
});
const write = (path: string, content: string): Turn => ({ name: 'write', given: { path, content } });
const read = (path: string, result = `text of ${path}`): Turn => ({ name: 'read', given: { path }, result });

describe('an agent is stuck', () => {
  test('when it makes the same call a second time in succession and gets the same error', () => {
    const failing = bash('npm run build', 'error: cannot find module x (took 12 ms)');
    expect(findStuckSign(history(failing))).toBeNull();
    const again = bash('npm run build', 'error: cannot find module x (took 57 ms)');
    expect(findStuckSign(history(failing, again))).toBe('same tool call twice with the same error');
  });

  test('when it makes the same call a third time and sees the same', () => {
    expect(findStuckSign(history(read('a'), read('a')))).toBeNull();
    expect(findStuckSign(history(read('a'), read('a'), read('a')))).toBe('same tool call 3 times');
  });

  test('when it goes back and forth between two calls', () => {
    expect(findStuckSign(history(read('a'), read('b'), read('a'), read('b'), read('a')))).toBe(
      'same tool call 3 times',
    );
  });

  test('whatever the order of the arguments', () => {
    const one = { name: 'find', given: { in: 'src', what: ['x'] } };
    const other = { name: 'find', given: { what: ['x'], in: 'src' } };
    expect(findStuckSign(history(one, other, one))).toBe('same tool call 3 times');
  });

  test('when three of its last four calls failed, the last one included', () => {
    const turns = [bash('a', 'x', true), bash('b', 'y', true), bash('c'), bash('d', 'z', true)];
    expect(findStuckSign(history(...turns))).toBe('3 of the last 4 tool calls failed');
  });

  test('when it takes an edit back', () => {
    const turns = [edit('a.ts', 'one()', 'two()'), bash('test', 'error: bad', true), edit('a.ts', 'two()', 'one()')];
    expect(findStuckSign(history(...turns))).toBe('an edit was undone');
  });

  test('when it adds a line, takes it out and adds it again', () => {
    const turns = [edit('a.ts', 'x', 'x;y'), edit('a.ts', 'x;y', 'x'), edit('a.ts', 'x', 'x;y')];
    expect(findStuckSign(history(...turns))).toBe('an edit was undone');
  });

  test('when it writes a file back as it was', () => {
    expect(findStuckSign(history(write('a', 'one'), write('a', 'two'), write('a', 'one')))).toBe('an edit was undone');
  });

  test('also when user messages are slipped in between its turns', () => {
    const failing = toMessages(bash('make', 'error: no rule'));
    const messages = [
      user('go'),
      ...failing,
      user('<reminder>be brief</reminder>'),
      ...toMessages(bash('make', 'error: no rule')),
    ];
    expect(findStuckSign(messages)).toBe('same tool call twice with the same error');
  });
});

describe('a person says that it still fails', () => {
  test.each([
    'Still failing.',
    'It still does not compile',
    "that doesn't work",
    'It didn’t help, see the log:',
    'same error',
    'Getting the same error.\n\nTypeError: x',
    'No, try again',
    "I'm still getting an error",
    'Geht immer noch nicht',
    'Funktioniert leider nicht? Es funktioniert noch immer nicht.',
    'Gleicher Fehler',
    'Das geht nicht',
    'Ça ne marche toujours pas',
    "C'est toujours la même erreur",
    'Sigue sin funcionar',
    'No funciona',
    'Ainda não funciona',
    'Non funziona ancora',
    '还是不行',
    'まだ動きません',
    'Всё ещё не работает',
  ])('%s', (text) => {
    expect(findStuckSign([user('Fix it'), assistant('Done.'), user(text)])).toBe('told that it still fails');
  });

  test('but not in the first message: nothing was tried yet', () => {
    expect(findStuckSign([user('My printer is still not working')])).toBeNull();
  });

  test.each([
    'Thanks, works!',
    'Now add a test for the error case',
    'What happens if the server is not working on Sundays?',
    'How do I try a query again after a timeout?',
    'Use the same result type as before',
    'Und wie geht das nicht nur mit Listen?',
    'Why does it still matter?',
    'Explain the difference between wrong and right',
  ])('and not by %s', (text) => {
    expect(findStuckSign([user('Fix it'), assistant('Done.'), user(text)])).toBeNull();
  });
});

describe('an agent is not stuck', () => {
  test('when it polls', () => {
    const poll = bash('git status', 'nothing to commit');
    expect(findStuckSign(history(poll, poll, poll, poll))).toBeNull();
    const job = { name: 'get_job_status', given: { id: 7 }, result: 'running' };
    expect(findStuckSign(history(job, job, job, job, job))).toBeNull();
  });

  test('when its retries succeed', () => {
    const failing = bash('curl x', 'error: reset', true);
    expect(findStuckSign(history(failing, bash('curl x')))).toBeNull();
    expect(
      findStuckSign(history(bash('a', 'x', true), bash('b', 'y', true), bash('c', 'z', true), bash('d'))),
    ).toBeNull();
  });

  test('when it edits and tests by turns', () => {
    const turns = ['a', 'b', 'c', 'd'].flatMap((name, place) => [
      edit('x.ts', `old ${name}`, `new ${name}`),
      bash('npm test', `exit code: 1\n${4 - place} tests failed: ${'detail '.repeat(20)}`),
    ]);
    for (let end = 1; end <= turns.length; end++) expect(findStuckSign(history(...turns.slice(0, end)))).toBeNull();
  });

  test('when it takes out the line that it added to look at something', () => {
    expect(findStuckSign(history(edit('a', 'f()', 'log();f()'), bash('x'), edit('a', 'log();f()', 'f()')))).toBeNull();
  });

  test('when it searches and finds nothing', () => {
    const turns = ['a', 'b', 'c', 'd'].map((word) => bash(`grep ${word}`, 'exit code: 1'));
    expect(findStuckSign(history(...turns))).toBeNull();
  });

  test('when a test that failed is run again after an edit, and something slips besides', () => {
    const failing = (left: number) => bash('npm test', `exit code: 1\n${left} tests failed: ${'detail '.repeat(20)}`);
    const slip = bash('cat src/gone.ts', 'cat: src/gone.ts: No such file or directory', true);
    const turns = [failing(2), edit('a.ts', 'x', 'y'), slip, failing(1)];
    expect(findStuckSign(history(...turns))).toBeNull();
    expect(findStuckSign(history(...turns, edit('a.ts', 'y', 'z'), failing(1)))).toBeNull();
  });

  test('when it reads files that are about errors', () => {
    const turns = ['a', 'b', 'c', 'd'].map((path) =>
      read(path, `const x = 1;\n// what an error: is\nthrow new Error('${path}')`),
    );
    expect(findStuckSign(history(...turns))).toBeNull();
  });

  test('when it makes the same edit in different files', () => {
    expect(findStuckSign(history(edit('a', 'x', 'y'), edit('b', 'y', 'x')))).toBeNull();
  });

  test('in thirty turns of ordinary work, looked at after each', () => {
    const work = Array.from({ length: 10 }, (_each, place) => [
      read(`src/file-${place}.ts`),
      edit(`src/file-${place}.ts`, `old ${place}`, `new ${place}`),
      bash('npm test', place % 3 === 0 ? `error: ${place} failed` : 'all passed'),
    ]).flat();
    for (let end = 0; end <= work.length; end++) expect(findStuckSign(history(...work.slice(0, end)))).toBeNull();
  });
});

describe('a result reads like a failure', () => {
  test.each([
    ['error: x', true],
    ['TypeError: x is not a function', true],
    ['Traceback (most recent call last)\n  File "x"', true],
    ['sh: foo: command not found', true],
    ['Process exited with code 2', true],
    ['{"exit_code": 127}', true],
    [`${'x'.repeat(1_000)}\nnpm ERR! missing script`, true],
    ['Exit code: 0\nerror: none', false],
    ['exit code: 1', false],
    ['all 12 tests passed, 0 errors', false],
    ['', false],
  ])('%j: %s', (text, failed) => {
    expect(looksFailed(text, undefined)).toBe(failed);
  });

  test('as the tool says, when it says', () => {
    expect(looksFailed('error: x', false)).toBe(false);
    expect(looksFailed('fine', true)).toBe(true);
  });
});

test('any history can be read', () => {
  const turn = fc.record({
    name: fc.constantFrom('bash', 'edit', 'status'),
    given: fc.dictionary(fc.constantFrom('path', 'old', 'new', 'content'), fc.jsonValue() as fc.Arbitrary<string>),
    result: fc.string(),
    isError: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(turn, { maxLength: 20 }), (turns) => {
      const sign = findStuckSign(history(...turns));
      expect(sign === null || /^[\x20-\x7e]+$/.test(sign)).toBe(true);
    }),
  );
});
