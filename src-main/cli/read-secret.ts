import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { CommandError } from './run-command.ts';

/** Reads a key from a pipe, or asks for it without showing it. Never from an argument: those are seen by everyone. */
export async function readSecret(question: string, advice = ''): Promise<string> {
  const key = process.stdin.isTTY ? await ask(question) : await readAll();
  if (key === '')
    throw new CommandError(`No key was given. Paste it, or pipe it: echo "$KEY" | pointsman providers …${advice}`, 2);
  return key;
}

async function ask(question: string): Promise<string> {
  process.stderr.write(question);
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
  const lines = createInterface({ input: process.stdin, output: silent, terminal: true });
  try {
    return (await lines.question('')).trim();
  } finally {
    lines.close();
    process.stderr.write('\n');
  }
}

async function readAll(): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8').trim();
}
