import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { resolve } from 'node:path';
import { explainFailure } from './package/explain-failure.ts';
import { builderEnvironment, builderParameters } from './package/builder-parameters.ts';

/**
 * `npm run package`: makes the installers of this system with electron-builder; what stands after `--` goes to it
 * (`-- --linux deb --arm64`). Nothing is published. Ends with electron-builder's exit code, and with what to do when it was
 * Electron's binary that could not be had.
 */
const builder = createRequire(import.meta.url).resolve('electron-builder/cli.js');
const parameters = builderParameters({
  given: process.argv.slice(2),
  environment: process.env,
  platform: process.platform,
});
const child = spawn(process.execPath, [builder, ...parameters], {
  cwd: resolve(import.meta.dirname, '..'),
  env: builderEnvironment(process.env),
  stdio: ['inherit', 'pipe', 'pipe'],
});
let printed = '';
child.stdout.on('data', (piece: Buffer) => {
  printed += piece.toString();
  process.stdout.write(piece);
});
child.stderr.on('data', (piece: Buffer) => {
  printed += piece.toString();
  process.stderr.write(piece);
});
child.on('close', (code) => {
  const explanation = code === 0 ? null : explainFailure(printed);
  if (explanation !== null) console.error(`\n${explanation}`);
  process.exitCode = code ?? 1;
});
