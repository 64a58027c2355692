import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';

const MAIN = resolve(import.meta.dirname, '../../src-main/cli/main.ts');

export interface CliOptions {
  /** The data folder. */
  folder: string;
  /** What is piped in; nothing unless given. */
  input?: string;
  /** Added to an otherwise bare environment. */
  environment?: Record<string, string>;
}

export interface CliResult {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** A command under way. */
export interface CliProcess {
  child: ChildProcess;
  /** All that it printed so far, both streams. */
  output: () => string;
  ended: Promise<CliResult>;
}

/** Runs one command of the program as a process of its own and waits for its end. */
export function runCli(parameters: readonly string[], options: CliOptions): Promise<CliResult> {
  return startCli(parameters, options).ended;
}

export function startCli(parameters: readonly string[], options: CliOptions): CliProcess {
  const env = { PATH: process.env.PATH, ...options.environment, POINTSMAN_HOME: options.folder };
  const child = spawn(process.execPath, [MAIN, ...parameters], { env, stdio: ['pipe', 'pipe', 'pipe'] });
  const printed = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => (printed.stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (printed.stderr += text));
  // A command that reads nothing may be gone before its input is.
  child.stdin.on('error', () => undefined);
  child.stdin.end(options.input ?? '');
  return {
    child,
    output: () => printed.stdout + printed.stderr,
    ended: once(child, 'close').then(() => ({ code: child.exitCode, ...printed })),
  };
}
