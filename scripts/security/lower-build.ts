import { copyFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { transformWithOxc } from 'vite';

/** The newest JavaScript that the scanner's parser reads. */
const TARGET = 'es2020';

/** Copies a build so that the scanner can read all of it: the same code without class fields and private names. */
export async function lowerBuild({ from, to }: { from: string; to: string }): Promise<void> {
  for (const name of readdirSync(from, { recursive: true, encoding: 'utf8' })) {
    const target = join(to, name.replace(/\.cjs$/, '.js'));
    if (name.endsWith('.html')) {
      mkdirSync(dirname(target), { recursive: true });
      copyFileSync(join(from, name), target);
    }
    if (!/\.c?js$/.test(name)) continue;
    mkdirSync(dirname(target), { recursive: true });
    const { code } = await transformWithOxc(readFileSync(join(from, name), 'utf8'), target, { target: TARGET });
    writeFileSync(target, code);
  }
}
