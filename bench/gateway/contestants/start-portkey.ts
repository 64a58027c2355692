import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { openAiForm, type RequestForm } from '../requests.ts';
import { freePort, startProgram, type Server } from '../servers.ts';

const packageFile = z.object({ version: z.string() });

export interface PortkeyInstallation {
  script: string;
  version: string;
  /** Of `@hono/node-server`, on which its streaming depends. */
  httpServerVersion: string;
}

/** Looks below the folders' `node_modules`; null when the package is in none of them. */
export function findPortkey(folders: readonly string[]): PortkeyInstallation | null {
  for (const folder of folders) {
    const modules = join(folder, 'node_modules');
    const home = join(modules, '@portkey-ai', 'gateway');
    const script = join(home, 'build', 'start-server.js');
    if (!existsSync(script)) continue;
    const nested = join(home, 'node_modules', '@hono', 'node-server');
    const httpServer = existsSync(nested) ? nested : join(modules, '@hono', 'node-server');
    return { script, version: versionOf(home), httpServerVersion: versionOf(httpServer) };
  }
  return null;
}

function versionOf(home: string): string {
  return packageFile.parse(JSON.parse(readFileSync(join(home, 'package.json'), 'utf8'))).version;
}

export async function startPortkey(installation: PortkeyInstallation): Promise<Server> {
  const port = await freePort();
  return startProgram({
    command: process.execPath,
    args: [installation.script, `--port=${port}`, '--headless'],
    env: { NODE_ENV: 'production' },
    findPort: () => port,
  });
}

/** Its own headers say where the request goes. */
export function portkeyForm(upstreamPort: number): RequestForm {
  return openAiForm({
    headers: { 'x-portkey-provider': 'openai', 'x-portkey-custom-host': `http://127.0.0.1:${upstreamPort}/v1` },
  });
}
