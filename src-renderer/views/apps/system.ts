import type { OperatingSystem } from './guides/guide.ts';

/** The system of the person: as the shell says (Node's names), else as the browser does. */
export function guessSystem(platform: string | null, page: Pick<Navigator, 'userAgent'>): OperatingSystem {
  const said = (platform ?? page.userAgent).toLowerCase();
  if (said === 'darwin' || said.includes('mac os')) return 'mac';
  return said.startsWith('win') || said.includes('windows') ? 'windows' : 'linux';
}
