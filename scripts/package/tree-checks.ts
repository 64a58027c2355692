import { builtinModules } from 'node:module';
import { posix } from 'node:path';
import { findImports, type Import } from './find-imports.ts';
import { findUnsafeMarkup } from './find-unsafe-markup.ts';
import type { PackedTree } from './read-tree.ts';

/** What a check compares the packed application with. */
export interface Expectation {
  /** The project's own package.json. */
  dependencies: readonly string[];
  /** Paths of the machine that built it. */
  machinePaths: readonly string[];
  /** Every file that the tray may ask for, relative to the resources folder. */
  trayIcons: readonly string[];
}

/** A claim about the packed application, and every way in which it does not hold. */
export interface TreeCheck {
  name: string;
  problems(tree: PackedTree, expectation: Expectation): string[];
}

export const ENTRIES = [
  'dist/desktop.js',
  'dist/engine-host.js',
  'dist/preload.cjs',
  'dist/cli.js',
  'dist/checkpoint-worker.js',
  'dist/pages/index.html',
];
const NATIVE_PACKAGE = 'node_modules/better-sqlite3/';
const ALLOWED =
  /^(dist\/|resources\/icons\/(app\/[^/]+\.png|tray\/)|node_modules\/better-sqlite3\/|LICENSE$|package\.json$)/;
const LICENCES = ['LICENSE', 'dist/licenses.md', 'dist/pages/licenses.md', `${NATIVE_PACKAGE}LICENSE`];
export const MOST_ASAR_BYTES = 15 * 1024 * 1024;

/** How better-sqlite3 names the systems. */
const NATIVE_NAMES = { linux: 'linux', win: 'win32', mac: 'darwin' };
/** Left outside the bundle on purpose, and there when it runs. */
const OUTSIDE = new Set(['electron', 'better-sqlite3', ...builtinModules]);

export const TREE_CHECKS: readonly TreeCheck[] = [
  {
    name: 'every entry point is in it',
    problems: (tree) => ENTRIES.filter((entry) => !tree.files.has(entry)).map((entry) => `${entry} is missing`),
  },
  { name: 'every module that is named can be found', problems: findUnresolved },
  {
    name: 'the sandboxed preload asks for electron only',
    problems: (tree) =>
      tree.files.has('dist/preload.cjs')
        ? importsOf(tree, 'dist/preload.cjs').flatMap(({ specifier }) => (specifier === 'electron' ? [] : [specifier]))
        : ['dist/preload.cjs is missing'],
  },
  { name: 'the native SQLite of this system, and no other, lies on disk', problems: checkNative },
  {
    name: 'nothing else is in it: no sources, tests, tools or dependencies',
    problems: (tree) => paths(tree).filter((path) => !ALLOWED.test(path)),
  },
  {
    name: 'no source maps',
    problems: (tree) => [
      ...paths(tree).filter((path) => path.endsWith('.map')),
      ...scripts(tree).filter((path) => tree.text(path).includes('sourceMappingURL=data:')),
    ],
  },
  {
    name: 'no path of the machine that built it',
    problems: (tree, { machinePaths }) =>
      paths(tree)
        .filter((path) => !path.startsWith(NATIVE_PACKAGE))
        .flatMap((path) => {
          const text = tree.text(path);
          return machinePaths.filter((each) => text.includes(each)).map((each) => `${path} names ${each}`);
        }),
  },
  {
    name: 'the pages keep to a strict content security policy',
    problems: (tree) => {
      const pages = paths(tree).filter((path) => path.endsWith('.html'));
      return pages.length === 0 ? ['there is no page'] : pages.flatMap((page) => findUnsafeMarkup(tree.text(page)));
    },
  },
  {
    name: `the archive is at most ${MOST_ASAR_BYTES / 1024 / 1024} MB`,
    problems: ({ asarBytes }) => (asarBytes <= MOST_ASAR_BYTES ? [] : [`${(asarBytes / 1024 / 1024).toFixed(1)} MB`]),
  },
  { name: 'the licences of all that is in it', problems: checkLicences },
  {
    name: 'every icon of the tray',
    problems: (tree, { trayIcons }) => trayIcons.filter((icon) => !tree.files.has(`resources/${icon}`)),
  },
];

function findUnresolved(tree: PackedTree): string[] {
  return scripts(tree)
    .filter((path) => path.startsWith('dist/'))
    .flatMap((path) =>
      importsOf(tree, path)
        .filter(({ specifier, optional }) => !optional && !isFound(tree, path, specifier))
        .map(({ specifier }) => `${path} asks for ${specifier}`),
    );
}

function isFound(tree: PackedTree, from: string, specifier: string): boolean {
  if (!specifier.startsWith('.')) return specifier.startsWith('node:') || OUTSIDE.has(specifier);
  const path = posix.join(posix.dirname(from), specifier);
  return tree.files.has(path) || paths(tree).some((each) => each.startsWith(`${path.replace(/\/$/, '')}/`));
}

function checkNative(tree: PackedTree): string[] {
  const wanted = `${NATIVE_PACKAGE}prebuilds/${NATIVE_NAMES[tree.system]}-${tree.arch}.node`;
  const natives = paths(tree).filter((path) => path.endsWith('.node'));
  const packed = [...tree.files].filter(([path, file]) => path.startsWith(NATIVE_PACKAGE) && !file.unpacked);
  return [
    ...(natives.includes(wanted) ? [] : [`${wanted} is missing`]),
    ...natives.filter((path) => path !== wanted).map((path) => `${path} is for another machine`),
    ...packed.map(([path]) => `${path} is in the archive instead of on disk`),
  ];
}

function checkLicences(tree: PackedTree, { dependencies }: Expectation): string[] {
  const missing = LICENCES.filter((file) => !tree.files.has(file));
  if (missing.length > 0) return missing.map((file) => `${file} is missing`);
  const text = tree.text('dist/licenses.md');
  const bundled = dependencies.filter((name) => !NATIVE_PACKAGE.includes(`/${name}/`));
  return bundled.filter((name) => !text.includes(name)).map((name) => `dist/licenses.md does not name ${name}`);
}

function paths(tree: PackedTree): string[] {
  return [...tree.files.keys()];
}

function scripts(tree: PackedTree): string[] {
  return paths(tree).filter((path) => /\.c?js$/.test(path));
}

function importsOf(tree: PackedTree, path: string): Import[] {
  return findImports({ name: path, source: tree.text(path) });
}
