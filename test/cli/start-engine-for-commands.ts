import { onTestFinished, vi } from 'vitest';
import { createProgram } from '../../src-main/cli/program.ts';
import { startTwoTracks, type TwoTracks } from '../support/start-two-tracks.ts';
import { postJson } from '../robustness/surfaces.ts';

/** A real engine, and the command line as a person at the same machine would use it. */
export interface EngineForCommands extends TwoTracks {
  /** Runs one command; gives what it printed, what it complained of, and its exit code. */
  run: (...words: string[]) => Promise<{ stdout: string; stderr: string; code: number }>;
  /** A chat request, read to its end; gives its id. */
  ask: (model: string, prompt?: string) => Promise<string>;
}

/** Ends with the running test. */
export async function startEngineForCommands(settings: Record<string, unknown> = {}): Promise<EngineForCommands> {
  const engine = await startTwoTracks({ settings });
  vi.stubEnv('POINTSMAN_HOME', engine.folder);
  const log = vi.spyOn(console, 'log').mockImplementation(() => undefined);
  const complain = vi.spyOn(process.stderr, 'write').mockImplementation(() => true);
  onTestFinished(() => {
    vi.unstubAllEnvs();
    log.mockRestore();
    complain.mockRestore();
    process.exitCode = 0;
  });
  return {
    ...engine,
    async run(...words) {
      log.mockClear();
      complain.mockClear();
      process.exitCode = 0;
      await createProgram().parseAsync(['node', 'pointsman', ...words]);
      return {
        stdout: log.mock.calls.map((parameters) => parameters.join(' ')).join('\n'),
        stderr: complain.mock.calls.map(([text]) => String(text)).join(''),
        code: process.exitCode,
      };
    },
    async ask(model, prompt = 'Hello') {
      const messages = [{ role: 'user', content: prompt }];
      const reply = await postJson(`${engine.url}/v1/chat/completions`, { model, messages, max_tokens: 100 });
      await reply.text();
      return reply.headers.get('x-pointsman-request-id') ?? '';
    },
  };
}
