import { createHash } from 'node:crypto';
import { existsSync, globSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { createBuilder } from 'vite';

const ROOT = resolve(import.meta.dirname, '../../..');
const SOURCES = ['src-renderer/**/*.*', 'src-shared/*.ts', 'vite.config.ts'];

/**
 * The folder of the built pages as the sources are now, or `POINTSMAN_PAGES` as it is. Builds them once, whichever test
 * comes first.
 */
export async function buildPages(): Promise<string> {
  const { POINTSMAN_PAGES: given } = process.env;
  if (given !== undefined) return given;
  const folder = join(ROOT, 'node_modules/.cache/pointsman-pages', hashOf(SOURCES));
  if (existsSync(folder)) return folder;
  const draft = `${folder}-${process.pid}`;
  mkdirSync(draft, { recursive: true });
  const environments = { client: { build: { outDir: draft } } };
  const builder = await createBuilder({ configFile: join(ROOT, 'vite.config.ts'), logLevel: 'warn', environments });
  const { client } = builder.environments;
  if (client === undefined) throw new Error('vite.config.ts builds no pages');
  await builder.build(client);
  try {
    renameSync(draft, folder);
  } catch {
    // Another test was faster with the same pages.
    rmSync(draft, { recursive: true, force: true });
  }
  return folder;
}

function hashOf(patterns: readonly string[]): string {
  const hash = createHash('sha256');
  for (const file of globSync(patterns, { cwd: ROOT }).sort()) hash.update(file).update(readFileSync(join(ROOT, file)));
  return hash.digest('hex').slice(0, 16);
}
