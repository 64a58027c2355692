import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import { judgeFindings, parseExplanations, type Finding } from './security/findings.ts';
import { lowerBuild } from './security/lower-build.ts';
import { runScanner } from './security/run-scanner.ts';

/**
 * `npm run check:security`: runs Electronegativity over the shell's sources and over the whole build, and ends with 1 on a
 * finding that `docs/security-findings.md` does not explain, or an explanation of what is not found any more.
 */
const project = resolve(import.meta.dirname, '..');
const EXPLANATIONS = 'docs/security-findings.md';
const SHELL = 'src-main/desktop';

const manifest: unknown = createRequire(import.meta.url)('electron/package.json');
const { version: electronVersion } = z.object({ version: z.string() }).parse(manifest);
const folder = mkdtempSync(join(tmpdir(), 'pointsman-security-'));
try {
  await lowerBuild({ from: join(project, 'dist'), to: folder });
  const inSources = await runScanner({ input: join(project, SHELL), electronVersion, built: false });
  const inBuild = await runScanner({ input: folder, electronVersion, built: true });
  const findings = [...inSources.map((finding) => ({ ...finding, file: `${SHELL}/${finding.file}` })), ...inBuild];
  const explanations = parseExplanations(readFileSync(join(project, EXPLANATIONS), 'utf8'));
  const { unexplained, stale } = judgeFindings(findings, explanations);
  for (const finding of unexplained) console.log(`unexplained  ${print(finding)}`);
  for (const { check, where, code } of stale) console.log(`stale        ${check} ${where} ${code}: not found any more`);
  console.log(`${findings.length} findings, ${unexplained.length} unexplained, ${stale.length} stale explanations`);
  process.exitCode = unexplained.length + stale.length === 0 ? 0 : 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function print({ check, file, line, code, description }: Finding): string {
  return `${check} ${file}:${line} ${code ?? ''} (${description})`;
}
