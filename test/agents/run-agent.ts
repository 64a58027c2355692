import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';

/** A folder in which an agent finds nothing of the person's own: no settings, no keys, no sessions. */
export interface Scratch {
  /** Where the agent works. */
  project: string;
  environment: Record<string, string>;
}

/** Removed when the running test is over. */
export function makeScratch(): Scratch {
  const home = mkdtempSync(join(tmpdir(), 'pointsman-agent-'));
  onTestFinished(() => rmSync(home, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 }));
  const inHome = (name: string): string => {
    mkdirSync(join(home, name));
    return join(home, name);
  };
  const environment = {
    HOME: home,
    USERPROFILE: home,
    XDG_CONFIG_HOME: inHome('config'),
    XDG_DATA_HOME: inHome('data'),
    XDG_STATE_HOME: inHome('state'),
    XDG_CACHE_HOME: inHome('cache'),
    CODEX_HOME: inHome('codex'),
    // Scripts start with `env node`: it has to be the Node that runs the tests.
    PATH: [dirname(process.execPath), process.env.PATH].join(delimiter),
  };
  return { project: inHome('project'), environment };
}

export interface AgentRun {
  code: number | null;
  stdout: string;
  stderr: string;
}

interface AgentOptions {
  scratch: Scratch;
  environment?: Record<string, string>;
  timeoutMs: number;
}

/** Runs an agent to its end; one that takes too long is killed together with all that it started. */
export async function runAgent(
  command: string,
  parameters: readonly string[],
  options: AgentOptions,
): Promise<AgentRun> {
  const child = spawn(command, parameters, {
    cwd: options.scratch.project,
    env: { ...options.scratch.environment, ...options.environment },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  const { pid } = child;
  const run = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => (run.stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (run.stderr += text));
  const killAll = () => {
    if (pid !== undefined) process.kill(-pid, 'SIGKILL');
  };
  const timer = setTimeout(killAll, options.timeoutMs);
  try {
    await once(child, 'close');
  } finally {
    clearTimeout(timer);
  }
  return { code: child.exitCode, ...run };
}
