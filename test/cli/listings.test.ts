import { expect, onTestFinished, test } from 'vitest';
import { z } from 'zod';
import { catalogueEntry } from '../../src-shared/catalogue.ts';
import { modelStatus, providerStatus, status } from '../../src-shared/control.ts';
import { spawnEngine } from '../support/spawn-engine.ts';
import { runCli } from './run-cli.ts';
import { makeFolder, startServed } from './start-served.ts';

/** The cells of a printed table: columns are at least two blanks apart. */
function rows(table: string): string[][] {
  return table
    .trimEnd()
    .split('\n')
    .map((line) => line.trim().split(/ {2,}/u));
}

test('status says address, today’s requests and how each provider is doing', async () => {
  const { engine, run } = await startServed();
  const { code, stdout, stderr } = await run(['status']);
  expect([code, stderr]).toEqual([0, '']);
  expect(stdout).toMatch(new RegExp(`^Pointsman \\S+ on ${engine.url}\nToday: 0 requests .*cost \\$0\n`, 'u'));
  expect(rows(stdout).at(-1)).toEqual([
    'ollama',
    'local',
    'healthy',
    '4',
    'Ollama 0.40.1 is running with 4 models, 1 in memory.',
  ]);
});

test('models tells of each where it runs, how long its context is, what it can, its price and its state', async () => {
  const { run } = await startServed();
  const { code, stdout } = await run(['models']);
  expect(code).toBe(0);
  const [heading, first, ...others] = rows(stdout);
  expect(heading).toEqual(['MODEL', 'TRACK', 'CONTEXT', 'SIZE', 'CAN', '$/M IN', '$/M OUT', 'STATE']);
  const expected = ['ollama/llama3.2:3b', 'local', '128k', '2.0 GB', 'text tools json', '0', '0', 'ready, in memory'];
  expect(first).toEqual(expected);
  expect(others.map(([name]) => name)).toEqual([
    'ollama/qwen3:8b',
    'ollama/llava:7b',
    'ollama/nomic-embed-text:latest',
  ]);
});

test('the columns of a table stand below their headings', async () => {
  const { run } = await startServed();
  const lines = (await run(['models'])).stdout.trimEnd().split('\n');
  const trackAt = lines[0]?.indexOf('TRACK') ?? -1;
  const contextEnd = (lines[0]?.indexOf('CONTEXT') ?? -1) + 'CONTEXT'.length;
  expect(lines.slice(1).map((line) => line.slice(trackAt, trackAt + 5))).toEqual(lines.slice(1).map(() => 'local'));
  for (const line of lines.slice(1)) expect(line.slice(contextEnd - 1, contextEnd + 1)).toMatch(/^\S $/u);
});

test('models without any says where to get some', async () => {
  const engine = await spawnEngine({ settings: { ollama: { enabled: false } } });
  onTestFinished(() => engine.stop());
  const { code, stdout } = await runCli(['models'], { folder: engine.folder });
  expect(code).toBe(0);
  expect(stdout).toBe('No models yet: start Ollama and pull one, or add a provider with "pointsman providers add".\n');
});

test('providers is the list of providers', async () => {
  const { run } = await startServed();
  const [short, long] = [await run(['providers']), await run(['providers', 'list'])];
  expect(short).toEqual(long);
  expect(rows(short.stdout)).toEqual([
    ['PROVIDER', 'KIND', 'TRACK', 'KEY', 'STATE', 'MODELS', 'WHAT IS KNOWN'],
    ['ollama', 'ollama', 'local', 'not needed', 'healthy', '4', 'Ollama 0.40.1 is running with 4 models, 1 in memory.'],
  ]);
});

test('the catalogue can be read with no gateway running', async () => {
  const { code, stdout } = await runCli(['providers', 'catalogue'], { folder: makeFolder() });
  expect(code).toBe(0);
  expect(rows(stdout)).toContainEqual(['groq', 'Groq', 'cloud', 'yes', 'https://console.groq.com/keys']);
  expect(rows(stdout)).toContainEqual(['vllm', 'vLLM', 'local', 'runs here']);
});

test.each([
  ['status', status],
  ['models', z.array(modelStatus).length(4)],
  ['providers', z.array(providerStatus).length(1)],
  ['providers catalogue', z.array(catalogueEntry).min(25)],
])('%s --json is what the contract says', async (command, schema) => {
  const { run } = await startServed();
  const { code, stdout, stderr } = await run([...command.split(' '), '--json']);
  expect([code, stderr]).toEqual([0, '']);
  schema.parse(JSON.parse(stdout));
});
