import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { judgeFindings, parseExplanations, type Explanation, type Finding } from '../../scripts/security/findings.ts';

const FINDING: Finding = {
  check: 'OPEN_EXTERNAL_JS_CHECK',
  file: 'src-main/desktop/window-calls.ts',
  line: 12,
  code: 'await electron.shell.openExternal(link);',
  description: 'Review the use of openExternal',
  built: false,
};
const EXPLANATION: Explanation = {
  check: 'OPEN_EXTERNAL_JS_CHECK',
  where: 'src-main/desktop/window-calls.ts',
  code: 'shell.openExternal(link)',
  reason: 'because',
};

test('a finding whose check, file and line are explained passes', () => {
  expect(judgeFindings([FINDING], [EXPLANATION])).toEqual({ unexplained: [], stale: [] });
});

test.each([
  ['check', { check: 'DANGEROUS_FUNCTIONS_JS_CHECK' }],
  ['file', { file: 'src-main/desktop/shell.ts' }],
  ['line', { code: 'shell.openExternal(anything)' }],
])('the same explanation does not cover another %s', (_, change) => {
  const finding = { ...FINDING, ...change };
  expect(judgeFindings([FINDING, finding], [EXPLANATION]).unexplained).toEqual([finding]);
});

test('in a bundle the line alone says which finding it is', () => {
  const built = { ...FINDING, file: 'desktop.js', line: 2139, built: true };
  expect(judgeFindings([built], [EXPLANATION])).toEqual({ unexplained: [], stale: [] });
});

test('an explanation of what is not found any more fails, for it would hide the next finding there', () => {
  expect(judgeFindings([], [EXPLANATION]).stale).toEqual([EXPLANATION]);
});

test('what concerns the application as a whole has no line', () => {
  const whole = { ...FINDING, check: 'CSP_GLOBAL_CHECK', file: 'N/A', code: null };
  const explanation = { ...EXPLANATION, check: 'CSP_GLOBAL_CHECK', where: 'application', code: '' };
  expect(judgeFindings([whole], [explanation])).toEqual({ unexplained: [], stale: [] });
});

test('the table is read, with or without backticks', () => {
  const table =
    '| Check | Where | Code | Why |\n| --- | --- | --- | --- |\n| `A_CHECK` | a.ts | `f(x)` | It is right. |\n';
  expect(parseExplanations(table)).toEqual([{ check: 'A_CHECK', where: 'a.ts', code: 'f(x)', reason: 'It is right.' }]);
});

test('a row without a reason is refused', () => {
  const table = '| Check | Where | Code | Why |\n| --- | --- | --- | --- |\n| A_CHECK | a.ts | f(x) | |\n';
  expect(() => parseExplanations(table)).toThrow('not complete');
});

test('the table that is kept can be read', () => {
  const kept = readFileSync(resolve(import.meta.dirname, '../../docs/security-findings.md'), 'utf8');
  expect(parseExplanations(kept).length).toBeGreaterThan(0);
});
