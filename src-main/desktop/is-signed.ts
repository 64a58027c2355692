import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Is this copy signed by a publisher, so that an update can be held against the same name? null where no such thing is
 * asked for: on Linux the update's hash in the feed counts.
 */
export async function isSigned(options: {
  platform: NodeJS.Platform;
  /** `process.execPath`. */
  program: string;
  /** `process.resourcesPath`. */
  resourcesFolder: string;
}): Promise<boolean | null> {
  if (options.platform === 'darwin') return isMacSigned(options.program);
  if (options.platform === 'win32') return namesPublisher(options.resourcesFolder);
  return null;
}

/** An ad-hoc signature, as every arm64 program has, names no team. */
function isMacSigned(program: string): Promise<boolean> {
  return new Promise((resolve) => {
    execFile('/usr/bin/codesign', ['-d', '--verbose=2', program], { timeout: 10_000 }, (error, out, details) => {
      resolve(error === null && /^TeamIdentifier=(?!not set)\S+$/m.test(`${out}\n${details}`));
    });
  });
}

/** The builder writes the publisher of a signed build beside the application. */
function namesPublisher(resourcesFolder: string): boolean {
  try {
    return /^publisherName:/m.test(readFileSync(join(resourcesFolder, 'app-update.yml'), 'utf8'));
  } catch {
    return false;
  }
}
