import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';

/** A temporary folder with these files (path to content), gone with the test. Files can be written again, or removed. */
export function makeFiles(files: Readonly<Record<string, string>>) {
  const root = mkdtempSync(join(tmpdir(), 'pointsman-files-'));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  const write = (path: string, content: string) => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), content);
  };
  for (const [path, content] of Object.entries(files)) write(path, content);
  return { root, write, remove: (path: string) => rmSync(join(root, path), { recursive: true, force: true }) };
}
