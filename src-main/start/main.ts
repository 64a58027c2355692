import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { chooseStart } from './choose-start.ts';
import { findElectron } from './find-electron.ts';

/**
 * `npm start`: opens the desktop application where there is a display and Electron, else serves headless in this process
 * and says why and where the pages are.
 */
const choice = chooseStart({
  platform: process.platform,
  environment: process.env,
  parameters: process.argv.slice(2),
});
if (choice.kind === 'headless') await serveHeadless(choice.parameters, choice.because);
else {
  const electron = await findElectron({ tell: (sentence) => console.log(sentence) });
  if (electron.ok) openDesktop(electron.binary, choice.parameters);
  else await serveHeadless(choice.parameters, electron.because);
}

async function serveHeadless(parameters: readonly string[], because: string): Promise<void> {
  const { createProgram } = await import('../cli/program.ts');
  await createProgram().parseAsync(['serve', '--because', because, ...parameters], { from: 'user' });
}

/** The window's process takes over the terminal; this one ends as it ends. */
function openDesktop(binary: string, parameters: readonly string[]): void {
  const child = spawn(binary, [projectFolder(), ...parameters], { stdio: 'inherit' });
  const forward = (signal: NodeJS.Signals) => child.kill(signal);
  process.on('SIGTERM', forward);
  // The terminal sends this one to both; the application decides when it ends.
  process.on('SIGINT', () => undefined);
  child.on('error', (error) => {
    process.stderr.write(`Electron cannot be started: ${error.message}\n`);
    process.exitCode = 1;
  });
  child.on('close', (code, signal) => {
    process.exitCode = signal === null ? (code ?? 1) : 1;
  });
}

/** Where the package.json is, from the bundle as from the source. */
function projectFolder(): string {
  let folder = import.meta.dirname;
  while (!existsSync(join(folder, 'package.json'))) folder = dirname(folder);
  return folder;
}
