import { expect, test } from 'vitest';
import type { PackedTree } from '../../scripts/package/read-tree.ts';
import { ENTRIES, MOST_ASAR_BYTES, TREE_CHECKS, type Expectation } from '../../scripts/package/tree-checks.ts';

const NATIVE = 'node_modules/better-sqlite3/prebuilds/linux-x64.node';
const EXPECTATION: Expectation = {
  dependencies: ['better-sqlite3', 'zod'],
  machinePaths: ['/home/someone/pointsman'],
  trayIcons: ['icons/tray/on-dark/idle-22.png'],
};

/** An application that has nothing wrong with it, but for what `changes` puts in or (null) takes out. */
function makeTree(changes: Record<string, string | null> = {}, more: Partial<PackedTree> = {}): PackedTree {
  const contents = new Map<string, string>(ENTRIES.map((entry) => [entry, '']));
  contents.set('dist/pages/index.html', '<script type="module" src="./assets/a.js"></script>');
  contents.set('dist/licenses.md', 'zod');
  for (const file of [
    'LICENSE',
    'package.json',
    'dist/pages/licenses.md',
    'node_modules/better-sqlite3/LICENSE',
    NATIVE,
  ]) {
    contents.set(file, '');
  }
  contents.set('resources/icons/tray/on-dark/idle-22.png', '');
  for (const [path, content] of Object.entries(changes)) {
    if (content === null) contents.delete(path);
    else contents.set(path, content);
  }
  return {
    system: 'linux',
    arch: 'x64',
    asar: '',
    binary: '',
    asarBytes: 1,
    files: new Map(
      [...contents].map(([path, { length }]) => [path, { bytes: length, unpacked: path.startsWith('node_modules/') }]),
    ),
    text: (path) => contents.get(path) ?? '',
    ...more,
  };
}

function problemsOf(tree: PackedTree): string[] {
  return TREE_CHECKS.flatMap((check) => check.problems(tree, EXPECTATION));
}

test('an application as it should be has no problem', () => {
  expect(problemsOf(makeTree())).toEqual([]);
});

test.each(ENTRIES)('%s is missed', (entry) => {
  expect(problemsOf(makeTree({ [entry]: null }))).toContain(`${entry} is missing`);
});

test.each([
  ["import './gone.js';", './gone.js'],
  ["const a = await import('./gone.js');", './gone.js'],
  ["export { a } from 'left-pad';", 'left-pad'],
  ["require('left-pad');", 'left-pad'],
  ["new Worker(new URL('./gone.js', import.meta.url));", './gone.js'],
])('a module that is not in it is noticed: %s', (source, specifier) => {
  expect(problemsOf(makeTree({ 'dist/desktop.js': source }))).toContain(`dist/desktop.js asks for ${specifier}`);
});

test('a module that is asked for where its absence is caught may be absent', () => {
  expect(problemsOf(makeTree({ 'dist/cli.js': "try { require('left-pad'); } catch {}" }))).toEqual([]);
});

test('what is outside the bundle on purpose, and Node’s own modules, are found', () => {
  const source = "import 'electron'; import 'better-sqlite3'; import 'fs'; import 'node:sqlite'; import './cli.js';";
  expect(problemsOf(makeTree({ 'dist/desktop.js': source }))).toEqual([]);
});

test('a preload that wants more than electron is refused', () => {
  expect(problemsOf(makeTree({ 'dist/preload.cjs': "require('electron'); require('node:fs');" }))).toEqual(['node:fs']);
});

test.each([
  ['src-main/cli/main.ts', 'sources'],
  ['.git/config', 'the repository'],
  ['test/a.test.ts', 'tests'],
  ['node_modules/zod/index.js', 'a dependency that is bundled'],
  ['node_modules/vitest/index.js', 'a development dependency'],
  ['resources/icons/app/pointsman.ico', 'what only installers need'],
])('%s does not belong in it (%s)', (path) => {
  expect(problemsOf(makeTree({ [path]: '' }))).toContain(path);
});

test('the native binary must be there, for this machine, and on disk', () => {
  expect(problemsOf(makeTree({ [NATIVE]: null }))).toEqual([`${NATIVE} is missing`]);
  const other = NATIVE.replace('linux-x64', 'darwin-arm64');
  expect(problemsOf(makeTree({ [other]: '' }))).toEqual([`${other} is for another machine`]);
  const files = new Map([...makeTree().files].map(([path, file]) => [path, { ...file, unpacked: false }]));
  expect(problemsOf(makeTree({}, { files }))).toContain(`${NATIVE} is in the archive instead of on disk`);
});

test('source maps are noticed, in files of their own and within', () => {
  expect(problemsOf(makeTree({ 'dist/cli.js.map': '{}' }))).toEqual(['dist/cli.js.map']);
  expect(problemsOf(makeTree({ 'dist/cli.js': '//# sourceMappingURL=data:a' }))).toEqual(['dist/cli.js']);
});

test('a path of the machine that built it is noticed', () => {
  const problems = problemsOf(makeTree({ 'dist/cli.js': "const a = '/home/someone/pointsman/dist';" }));
  expect(problems).toEqual(['dist/cli.js names /home/someone/pointsman']);
});

test.each([
  ['<script>start()</script>', 'a script within the page'],
  ['<style>p{}</style>', 'styles within the page'],
  ['<p style="color:red">', 'a style attribute'],
  ['<body onload="start()">', 'an event handler attribute'],
  ['<a href="javascript:start()">', 'a javascript: address'],
  ['<script src="https://elsewhere.example/a.js"></script>', 'something from another host'],
  ['<link rel="icon" href="data:,">', 'a data: address'],
  ['<base href="/">', 'an embedded document or another base address'],
])('a page with %s is refused', (markup, problem) => {
  expect(problemsOf(makeTree({ 'dist/pages/index.html': markup }))).toEqual([expect.stringContaining(problem)]);
});

test('a page may say in a comment what it may not do', () => {
  expect(problemsOf(makeTree({ 'dist/pages/index.html': '<!-- no <script> here --><main></main>' }))).toEqual([]);
});

test('an archive that has grown too large is noticed', () => {
  expect(problemsOf(makeTree({}, { asarBytes: MOST_ASAR_BYTES }))).toEqual([]);
  expect(problemsOf(makeTree({}, { asarBytes: 16 * 1024 * 1024 }))).toEqual(['16.0 MB']);
});

test('a licence that is missing is noticed', () => {
  expect(problemsOf(makeTree({ 'dist/pages/licenses.md': null }))).toEqual(['dist/pages/licenses.md is missing']);
  expect(problemsOf(makeTree({ 'dist/licenses.md': 'pino' }))).toEqual(['dist/licenses.md does not name zod']);
});

test('an icon of the tray that is missing is noticed', () => {
  const icon = 'resources/icons/tray/on-dark/idle-22.png';
  expect(problemsOf(makeTree({ [icon]: null }))).toEqual(['icons/tray/on-dark/idle-22.png']);
});
