import { spawn } from 'node:child_process';

const OPENERS: Partial<Record<NodeJS.Platform, readonly [program: string, ...parameters: string[]]>> = {
  darwin: ['open'],
  // Not through cmd, which would read meaning into signs of the address.
  win32: ['rundll32', 'url.dll,FileProtocolHandler'],
  linux: ['xdg-open'],
};

/** An opener that works says nothing for longer than one that fails. */
const PATIENCE_MS = 3_000;

/** Shows an address in the person's browser. False: there is none here, or it cannot be started. */
export function openBrowser(
  url: string,
  { platform, environment }: { platform: NodeJS.Platform; environment: NodeJS.ProcessEnv },
): Promise<boolean> {
  const opener = OPENERS[platform];
  const isSeen = platform !== 'linux' || Boolean(environment.DISPLAY ?? environment.WAYLAND_DISPLAY);
  if (opener === undefined || !isSeen) return Promise.resolve(false);
  const [program, ...parameters] = opener;
  return new Promise((resolve) => {
    const child = spawn(program, [...parameters, url], { stdio: 'ignore', detached: true, env: environment });
    const patience = setTimeout(() => resolve(true), PATIENCE_MS);
    const end = (works: boolean): void => {
      clearTimeout(patience);
      resolve(works);
    };
    child.once('error', () => end(false));
    child.once('exit', (code) => end(code === 0));
    child.unref();
  });
}
