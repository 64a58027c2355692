import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DEMO_REQUESTS } from '../../src-main/demo/demo-requests.ts';
import { createPaint, printRow, wrap, type DemoRow } from '../../src-main/demo/demo-table.ts';
import { runDemo } from '../../src-main/demo/run-demo.ts';
import { startSimulatedEngines, type SimulatedEngines } from '../../src-main/demo/start-simulated-engines.ts';
import { startTestEngine, type TestEngine } from '../support/start-test-engine.ts';
import { InstantClock } from './instant-clock.ts';

let engines: SimulatedEngines;
let gateway: TestEngine;
/** One run, looked at from several sides. */
const lines: string[] = [];
let rows: DemoRow[];

beforeAll(async () => {
  engines = await startSimulatedEngines({ seed: 1, clock: new InstantClock() });
  const prices = Object.entries(engines.cloud.pricesUsdPerMillion);
  gateway = await startTestEngine({
    settings: {
      ollama: { enabled: true, baseUrl: engines.local.url },
      providers: [
        {
          id: 'simulated-cloud',
          name: 'Simulated cloud',
          kind: 'openai',
          track: 'cloud',
          baseUrl: engines.cloud.url,
          auth: 'none',
          features: { embeddings: true },
        },
      ],
      prices: { overrides: prices.map(([model, price]) => ({ endpoint: `simulated-cloud/${model}`, ...price })) },
    },
  });
  rows = await run((line) => lines.push(line));
});
afterAll(async () => {
  await gateway.stop();
  await engines.stop();
});

function run(print: (line: string) => void, signal = new AbortController().signal): ReturnType<typeof runDemo> {
  return runDemo({ gatewayUrl: gateway.url, controlToken: gateway.engine.controlToken, engines, print, signal });
}

describe('the demo', () => {
  test('shows where each request went, why, how long it took and what it cost', () => {
    expect(rows).toHaveLength(DEMO_REQUESTS.length);
    const served = rows.filter((row) => row.answer.error === null);
    for (const { answer, costNanoUsd } of served) {
      expect(answer.headers).toMatchObject({
        'request-id': expect.any(String) as unknown,
        reason: expect.any(String) as unknown,
      });
      expect(answer.firstContentMs).toBeLessThanOrEqual(answer.totalMs);
      expect([answer.inputTokens, answer.outputTokens]).not.toContain(null);
      expect(answer.headers.track === 'local' ? costNanoUsd === 0 : (costNanoUsd ?? 0) > 0).toBe(true);
    }
    expect(new Set(served.map((row) => row.answer.headers.track))).toEqual(new Set(['local', 'cloud']));
    const text = lines.join('\n');
    for (const request of DEMO_REQUESTS) expect(text).toContain(request.question);
    expect(text).toContain('curl -N http://127.0.0.1:');
  });

  test('refuses one name only, and offers the nearest', () => {
    const refused = rows.filter((row) => row.answer.error !== null);
    expect(refused.map((row) => [row.request.model, row.answer.status])).toEqual([['sim-lama:3b', 404]]);
    expect(refused[0]?.answer.error).toContain('sim-llama:3b');
  });

  test('shows a failover while the cloud is out, and ends the outage', async () => {
    const failedOver = rows.filter((row) => row.failedAttempts.length > 0);
    expect(failedOver).toHaveLength(1);
    expect(failedOver[0]?.request.duringOutage).toBe(true);
    expect(failedOver[0]?.answer).toMatchObject({ status: 200, error: null, headers: { track: 'local' } });
    expect(failedOver[0]?.failedAttempts[0]).toBe('simulated-cloud/sim-cloud-large (500)');
    expect((await fetch(`${engines.cloud.url}/models`)).status).toBe(200);
  });

  test('shows calls of a tool and JSON', () => {
    const withTool = rows.filter((row) => row.request.tool !== undefined);
    expect(withTool.map((row) => row.answer.toolCall)).toEqual([
      'get_weather({"city":"Lisbon"})',
      'get_weather({"city":"Oslo"})',
    ]);
    const [json] = rows.filter((row) => row.request.schema !== undefined);
    expect(JSON.parse(json?.answer.text ?? '')).toEqual({ answer: expect.any(Number) as unknown, confident: true });
  });

  test('fits 100 columns, has no control characters and says that all is simulated', () => {
    for (const line of lines) {
      expect(line.length, line).toBeLessThanOrEqual(100);
      expect(line).not.toMatch(/\p{Cc}/u);
    }
    expect(lines[0]).toContain('SIMULATED');
    expect(lines.filter((line) => /simulated/iu.test(line)).length).toBeGreaterThan(10);
  });

  test('colours its rows for a terminal, by track', () => {
    for (const [track, colour] of [
      ['local', 32],
      ['cloud', 36],
    ] as const) {
      const row = rows.find(({ answer }) => answer.headers.track === track);
      const printed = row === undefined ? '' : printRow(row, createPaint(true)).join('\n');
      expect(printed).toContain(`\u001b[${colour}m${String(row?.number).padStart(2)} `);
      expect(printed.replaceAll(/\u001b\[\d+m/gu, '')).toBe(row && printRow(row, createPaint(false)).join('\n'));
    }
  });

  test('ends when it is told to, in the middle', async () => {
    const stop = new AbortController();
    const print = (line: string): void => {
      if (line.startsWith(' 3 ')) stop.abort();
    };
    const some = await run(print, stop.signal);
    expect(some).toHaveLength(3);
  });

  test('says so when the gateway is not there', async () => {
    const gatewayUrl = 'http://127.0.0.1:1';
    const { signal } = new AbortController();
    await expect(runDemo({ gatewayUrl, controlToken: '', engines, print: () => undefined, signal })).rejects.toThrow();
  });
});

test('wrapped text keeps its words and the width', () => {
  const text = Array.from({ length: 60 }, (_, index) => `word${index}`).join(' ');
  const lines = wrap(`${text} ${'x'.repeat(250)}`, '    ');
  for (const line of lines) expect(line.length).toBeLessThanOrEqual(100);
  expect(lines.map((line) => line.slice(4)).join(' ')).toContain(text);
});
