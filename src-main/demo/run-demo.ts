import { printCurlCommands } from './curl-commands.ts';
import type { DemoRequest } from './demo-request.ts';
import { DEMO_REQUESTS } from './demo-requests.ts';
import { createPaint, printHeading, printRow, type DemoRow } from './demo-table.ts';
import { printTotals } from './demo-totals.ts';
import { findRecord } from './find-record.ts';
import { sendDemoRequest } from './send-demo-request.ts';
import type { SimulatedEngines } from './start-simulated-engines.ts';

export interface DemoOptions {
  /** Where the gateway listens, such as `http://127.0.0.1:8400`. */
  gatewayUrl: string;
  controlToken: string;
  /** Already behind the gateway; the demo lets the cloud one fail for a while. */
  engines: Pick<SimulatedEngines, 'cloud'>;
  /** Takes one line at a time, without its line end. */
  print: (line: string) => void;
  /** Ends the run early. */
  signal: AbortSignal;
  /** ANSI colours; for terminals only. */
  colour?: boolean;
}

/**
 * Sends a little mixed traffic through the gateway and prints, as it goes, where each request went, why, how long it
 * took and what it cost; then totals and commands to try. Resolves with the rows, fewer of them when aborted; rejects
 * when the gateway cannot be reached.
 */
export async function runDemo(options: DemoOptions): Promise<DemoRow[]> {
  const { print, signal } = options;
  const paint = createPaint(options.colour ?? false);
  const rows: DemoRow[] = [];
  for (const line of [...INTRODUCTION, ...printHeading()]) print(line);
  try {
    for (const request of DEMO_REQUESTS) {
      const row = await ask(request, rows.length + 1, options);
      rows.push(row);
      for (const line of printRow(row, paint)) print(line);
    }
  } catch (error) {
    if (signal.aborted) return rows;
    throw error;
  }
  for (const line of [...printTotals(rows), '', ...printCurlCommands(options.gatewayUrl)]) print(line);
  return rows;
}

const INTRODUCTION = [
  'Pointsman demo. Both engines are SIMULATED: no real model is asked and nothing is paid.',
  '  local: speaks Ollama, slow, free, sometimes wrong     (sim-llama:3b, sim-qwen:8b)',
  '  cloud: speaks OpenAI, fast, priced, seldom wrong      (sim-cloud-large, sim-cloud-mini)',
  '',
];

async function ask(request: DemoRequest, number: number, options: DemoOptions): Promise<DemoRow> {
  const { engines, gatewayUrl, controlToken, signal } = options;
  const isOutage = request.duringOutage === true;
  try {
    if (isOutage) engines.cloud.setFailing(true);
    const answer = await sendDemoRequest(request, { gatewayUrl, signal });
    const requestId = answer.headers['request-id'];
    const record = requestId === undefined ? null : await findRecord({ gatewayUrl, controlToken, requestId, signal });
    const told = Number(answer.headers['cost-usd']);
    const toldNanoUsd = answer.headers['cost-usd'] === undefined || Number.isNaN(told) ? null : Math.round(told * 1e9);
    const failed = record?.attempts.filter((attempt) => attempt.outcome === 'failed') ?? [];
    return {
      number,
      request,
      answer,
      costNanoUsd: toldNanoUsd ?? record?.costNanoUsd ?? null,
      failedAttempts: failed.map(
        (each) => `${each.providerId}/${each.model} (${each.status ?? each.failureCode ?? 'no answer'})`,
      ),
    };
  } finally {
    if (isOutage) engines.cloud.setFailing(false);
  }
}
