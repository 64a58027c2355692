import { createHash } from 'node:crypto';
import {
  cpSync,
  existsSync,
  globSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createBuilder } from 'vite';
import { buildPages } from '../../pages/support/build-pages.ts';

const ROOT = resolve(import.meta.dirname, '../../..');
const SOURCES = ['src-main/**/*.ts', 'src-shared/*.ts', 'src-renderer/**/*.*', 'resources/*.json', 'vite.config.ts'];

/**
 * The folder of the built application as the sources are now: `dist` as `npm run build` makes it, with what it finds
 * beside it. Builds it once, whichever test comes first.
 */
export async function buildShell(): Promise<string> {
  const folder = join(tmpdir(), `pointsman-shell-${hashOf(SOURCES)}`);
  if (existsSync(folder)) return folder;
  const draft = `${folder}-${process.pid}`;
  const dist = join(draft, 'dist');
  mkdirSync(dist, { recursive: true });
  await buildInto(dist);
  cpSync(await buildPages(), join(dist, 'pages'), { recursive: true });
  writeFileSync(join(draft, 'package.json'), JSON.stringify({ type: 'module' }));
  for (const name of ['node_modules', 'resources']) symlinkSync(join(ROOT, name), join(draft, name));
  try {
    renameSync(draft, folder);
  } catch {
    // Another test was faster with the same sources.
    rmSync(draft, { recursive: true, force: true });
  }
  return folder;
}

async function buildInto(outDir: string): Promise<void> {
  const build = { outDir };
  const environments = { ssr: { build }, preload: { build } };
  const builder = await createBuilder({ configFile: join(ROOT, 'vite.config.ts'), logLevel: 'warn', environments });
  for (const name of ['ssr', 'preload']) {
    const environment = builder.environments[name];
    if (environment === undefined) throw new Error(`vite.config.ts builds no ${name}`);
    await builder.build(environment);
  }
}

function hashOf(patterns: readonly string[]): string {
  const hash = createHash('sha256');
  for (const file of globSync(patterns, { cwd: ROOT }).sort()) hash.update(file).update(readFileSync(join(ROOT, file)));
  return hash.digest('hex').slice(0, 16);
}
