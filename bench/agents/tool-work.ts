import type { JsonObject } from '../../src-main/engine/protocols/json.ts';
import { createSeededRandom } from '../../src-main/demo/seeded-random.ts';
import type { SessionScript, StuckKind } from './session-script.ts';

/** What a model answered, and what came of it. */
export interface Turn {
  /** What the model says beside the call, or instead of one. */
  text: string;
  /** null: it thinks it is done. */
  call: { name: string; input: JsonObject } | null;
  /** Of the tool; without a call, what the person says to that. */
  result: string;
  failed: boolean;
}

/** Characters of a middling tool result; four are about a token. */
const RESULT_CHARACTERS = 3_600;
const NAMES = ['total', 'entry', 'account', 'balance', 'period', 'currency', 'booking', 'partner'];

/**
 * The turn that does a step. Among them is what honest work has that looks like going round in circles: a test that
 * fails before the edit that mends it, the same command again with another outcome, a file read again after an edit, a debug
 * line put in and taken out, and waiting for something.
 */
export function usefulTurn(session: SessionScript, step: number): Turn {
  const round = Math.floor(step / ROUND.length);
  const make = ROUND[step % ROUND.length];
  if (make === undefined) throw new RangeError(`no step ${step}`);
  return make({ session, round, code: (salt) => codeOf(session, step, salt) });
}

/** A slip: a call that fails, never the same one twice. */
export function wastedTurn(session: SessionScript, turn: number): Turn {
  const path = `src/part-${session.number}/old-${turn}.ts`;
  return called(
    'read_file',
    { path },
    { text: `Error: ENOENT: no such file or directory, open '${path}'`, failed: true },
  );
}

/** What a model does that cannot do the hard step; `attempt` from 0. */
export function stuckTurn(kind: StuckKind, attempt: number): Turn {
  return STUCK[kind](attempt);
}

interface Scene {
  session: SessionScript;
  round: number;
  code: (salt: string) => string;
}

const testCommand = ({ session }: Scene) => ({ command: `npx vitest run test/part-${session.number}` });

/** Ten steps that come round three times. */
const ROUND: readonly ((scene: Scene) => Turn)[] = [
  (scene) => called('grep', { pattern: `${nameOf(scene)}Of(` }, { text: scene.code('grep') }),
  (scene) => called('read_file', { path: pathOf(scene) }, { text: scene.code('file') }),
  (scene) => called('run_command', testCommand(scene), { text: failingTest(scene), failed: true }),
  (scene) => called('edit_file', addition(scene), { text: 'The file has been edited.' }),
  (scene) =>
    called('run_command', testCommand(scene), {
      text: `${failingTest(scene)}\nDEBUG total=${scene.round}`,
      failed: true,
    }),
  (scene) => called('edit_file', removal(scene), { text: 'The file has been edited.' }),
  (scene) => called('edit_file', mending(scene), { text: 'The file has been edited.' }),
  (scene) => called('run_command', testCommand(scene), { text: passingTest(scene) }),
  (scene) => called('read_file', { path: pathOf(scene) }, { text: scene.code('edited') }),
  (scene) =>
    called(
      'run_command',
      { command: 'gh run watch --exit-status' },
      { text: `run ${scene.round}: completed\nexit code: 0` },
    ),
];

const UNCHANGED = { text: 'No matches found.' };
const TESTS_FAIL = {
  text: 'FAIL test/rounding.test.ts\nAssertionError: expected 10.01 to be 10.00\nTests  1 failed | 41 passed\nexit code: 1',
  failed: true,
};

const STUCK: Readonly<Record<StuckKind, (attempt: number) => Turn>> = {
  repeats: () => called('grep', { pattern: 'applyRounding(', path: 'src' }, UNCHANGED),
  errors: (attempt) =>
    called(
      'edit_file',
      {
        path: 'src/rounding.ts',
        old_string: `round(value, ${attempt})`,
        new_string: `roundHalfEven(value, ${attempt})`,
      },
      { text: `Error: old_string not found in src/rounding.ts (attempt at line ${attempt + 12})`, failed: true },
    ),
  undone: (attempt) => called('edit_file', roundingEdit(attempt % 2 === 0), { text: 'The file has been edited.' }),
  told: (attempt) => ({
    text: `I have changed the rounding, it should work now (${attempt}).`,
    call: null,
    result: `Still failing, the same as before:\n${TESTS_FAIL.text}`,
    failed: false,
  }),
  mixed: (attempt) =>
    [
      () => called('run_command', { command: 'npx vitest run test/rounding' }, TESTS_FAIL),
      () => called('edit_file', roundingEdit(true), { text: 'The file has been edited.' }),
      () => called('edit_file', roundingEdit(false), { text: 'The file has been edited.' }),
    ][attempt % 3]?.() ?? called('grep', { pattern: 'applyRounding(' }, UNCHANGED),
};

function roundingEdit(forward: boolean): JsonObject {
  const [one, other] = ['Math.round(value * 100) / 100', 'Number(value.toFixed(2))'];
  const [before, after] = forward ? [one, other] : [other, one];
  return { path: 'src/rounding.ts', old_string: before, new_string: after };
}

function called(name: string, input: JsonObject, { text, failed = false }: { text: string; failed?: boolean }): Turn {
  return { text: `Next: ${name}.`, call: { name, input }, result: text, failed };
}

const nameOf = ({ session, round }: Scene) => NAMES[(session.number + round) % NAMES.length] ?? 'total';
const pathOf = (scene: Scene) => `src/part-${scene.session.number}/${nameOf(scene)}.ts`;

function addition(scene: Scene): JsonObject {
  const old = `const ${nameOf(scene)} = sum(entries);`;
  return { path: pathOf(scene), old_string: old, new_string: `${old}\nconsole.log('DEBUG', ${nameOf(scene)});` };
}

function removal(scene: Scene): JsonObject {
  const { path, old_string: before, new_string: after } = addition(scene);
  return { path: path ?? '', old_string: after ?? '', new_string: before ?? '' };
}

function mending(scene: Scene): JsonObject {
  const name = nameOf(scene);
  return {
    path: pathOf(scene),
    old_string: `const ${name} = sum(entries);`,
    new_string: `const ${name} = sum(open(entries));`,
  };
}

function failingTest(scene: Scene): string {
  return `${scene.code('test')}\nAssertionError: expected ${scene.round} to be ${scene.round + 1}\nTests  1 failed | 12 passed\nexit code: 1`;
}

function passingTest(scene: Scene): string {
  return `${scene.code('test')}\nTests  13 passed (13)\nexit code: 0`;
}

/** Something that reads like source code, another for each session, step and salt. */
function codeOf(session: SessionScript, step: number, salt: string): string {
  const uniform = createSeededRandom('code', session.number, step, salt);
  const name = () => NAMES[Math.floor(uniform() * NAMES.length)] ?? 'total';
  const length = RESULT_CHARACTERS * session.verbosity * (0.6 + 0.8 * uniform());
  const lines: string[] = [];
  for (let written = 0; written < length; written += lines.at(-1)?.length ?? 0) {
    lines.push(
      `  ${lines.length + 1}  const ${name()}${lines.length} = ${name()}Of(${name()}, ${Math.floor(uniform() * 900)});`,
    );
  }
  return lines.join('\n');
}
