import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { extractAll } from '@electron/asar';
import { z } from 'zod';
import { COLOURED_SIZES, iconFile } from '../src-main/desktop/icon-file.ts';
import { TRAY_ICONS } from '../src-shared/house.ts';
import { checkFuses } from './package/check-fuses.ts';
import { checkMacFacts } from './package/check-mac-facts.ts';
import { packTree, type Packed } from './package/pack-tree.ts';
import { SYSTEMS } from './package/pretend-electron.ts';
import { readTree } from './package/read-tree.ts';
import { startCommandLine, startEngineHost } from './package/start-entries.ts';
import { TREE_CHECKS, type Expectation } from './package/tree-checks.ts';

/**
 * `npm run package:check`: packs the application for every system and processor, as `npm run package` does but without
 * Electron's binary, and proves what is in it. Prints one row per claim; ends with 1 when one does not hold.
 */
interface Row {
  claim: string;
  problems: string[];
}

const project = resolve(import.meta.dirname, '..');
const manifest = z
  .object({ version: z.string(), dependencies: z.record(z.string(), z.string()) })
  .parse(JSON.parse(readFileSync(join(project, 'package.json'), 'utf8')));

const folder = mkdtempSync(join(tmpdir(), 'pointsman-package-'));
try {
  const packed: Packed[] = [];
  for (const system of SYSTEMS) packed.push(...(await packTree({ project, folder, system })));
  const rows = [...checkTrees(packed), ...(await checkBinaries(packed)), ...(await checkStarts(packed))];
  for (const { asar, system, arch } of packed) {
    console.log(
      `${system}-${arch}`.padEnd(12),
      `${(readTree({ asar, system, arch, binary: '' }).asarBytes / 1e6).toFixed(2)} MB`,
    );
  }
  for (const { claim, problems } of rows) {
    console.log(problems.length === 0 ? 'ok  ' : 'FAIL', claim);
    for (const problem of problems.slice(0, 20)) console.log(`       ${problem}`);
  }
  const failed = rows.filter(({ problems }) => problems.length > 0).length;
  console.log(failed === 0 ? `All ${rows.length} claims hold.` : `${failed} of ${rows.length} claims do not hold.`);
  process.exitCode = failed === 0 ? 0 : 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function checkTrees(packed: readonly Packed[]): Row[] {
  const expectation: Expectation = {
    dependencies: Object.keys(manifest.dependencies),
    machinePaths: [project, pathToFileURL(project).href, `${homedir()}/`],
    trayIcons: allTrayIcons(),
  };
  const trees = packed.map(readTree);
  return TREE_CHECKS.map((check) => ({
    claim: check.name,
    problems: trees.flatMap((tree) =>
      check.problems(tree, expectation).map((problem) => `${tree.system}-${tree.arch}: ${problem}`),
    ),
  }));
}

async function checkBinaries(packed: readonly Packed[]): Promise<Row[]> {
  const problems = await Promise.all(packed.map((each) => checkFuses(each)));
  return [
    { claim: 'every fuse is set in the binary as the configuration says', problems: problems.flat() },
    { claim: 'macOS is told what it needs to know', problems: packed.flatMap(checkMacFacts) },
  ];
}

/** The application of this machine's own kind, out of its archive, in plain Node. */
async function checkStarts(packed: readonly Packed[]): Promise<Row[]> {
  const system = { linux: 'linux', win32: 'win', darwin: 'mac' }[process.platform as string];
  const own = packed.find((each) => each.system === system && each.arch === process.arch);
  if (own === undefined) throw new Error(`Nothing is packed for ${process.platform} on ${process.arch}.`);
  const tree = join(folder, 'unpacked');
  extractAll(own.asar, tree);
  const { version } = manifest;
  return [
    {
      claim: 'the command line starts from the archive and answers',
      problems: await startCommandLine({ tree, folder: join(folder, 'home-cli') }),
    },
    {
      claim: 'the engine of the desktop starts from the archive and answers',
      problems: await startEngineHost({ tree, folder: join(folder, 'home-host'), version }),
    },
  ];
}

function allTrayIcons(): string[] {
  const scales = COLOURED_SIZES.map((size) => size / 22);
  const files = TRAY_ICONS.flatMap((icon) =>
    (['linux', 'win32', 'darwin'] as const).flatMap((platform) =>
      [true, false].flatMap((dark) => scales.map((scale) => iconFile({ icon, platform, dark, scale }))),
    ),
  );
  return [...new Set(files)];
}
