import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { findChromium } from '../../test/pages/support/find-chromium.ts';
import { launchChromium } from '../../test/pages/support/launch-chromium.ts';
import { spawnEngine } from '../../test/support/spawn-engine.ts';
import { settingsFor } from '../../test/support/start-gateway.ts';
import { startUpstream } from '../../test/support/upstreams/start-upstream.ts';
import { judge } from './demands.ts';
import { toInteractiveFigures, type Figures } from './figures.ts';
import { measureInteractive } from './measure-interactive.ts';
import { measureOpen } from './measure-open.ts';
import { sendMany } from './send-requests.ts';

const USAGE = `npm run bench:pages -- [--seconds N] [--records N]
  how soon the overview can be used with N recorded requests (10000), and what it costs to leave it open under
  20 requests a second for N seconds (150); the growth is told for ten minutes`;

const DEFAULT_SECONDS = 150;
const DEFAULT_RECORDS = 10_000;
const AT_A_TIME = 32;
const LOADS = 11;

/** Exit code 1: a demanded figure was missed; 2: it could not be measured. */
async function main(): Promise<number> {
  const { values } = parseArgs({ options: { seconds: { type: 'string' }, records: { type: 'string' } } });
  const durationMs = Number(values.seconds ?? DEFAULT_SECONDS) * 1_000;
  const records = Number(values.records ?? DEFAULT_RECORDS);
  if (!(durationMs >= 20_000 && records > 0)) throw new TypeError('--seconds must be 20 or more, --records 1 or more');
  const executable = findChromium();
  if (executable === null) return 2;
  const figures = await measure({ executable, records, durationMs });
  const demands = judge(figures);
  console.table(figures);
  for (const { demand, value, limit, verdict } of demands) console.log(`${verdict}  ${demand}: ${value} (${limit})`);
  console.log(`RESULT ${JSON.stringify({ ...figures, demands })}`);
  return demands.some(({ verdict }) => verdict === 'MISS') ? 1 : 0;
}

async function measure(options: { executable: string; records: number; durationMs: number }): Promise<Figures> {
  const { executable, records, durationMs } = options;
  const upstream = await startUpstream({ kind: 'openai' });
  const engine = await spawnEngine({ settings: { ...settingsFor('openai', upstream.url), setup: { done: true } } });
  const browser = await launchChromium(executable);
  try {
    await sendMany(engine.url, records, AT_A_TIME);
    const token = readFileSync(join(engine.folder, 'control-token'), 'utf8').trim();
    const { url } = engine;
    const loads = await measureInteractive(browser, { url, token }, LOADS);
    const open = await measureOpen({ browser, url, token, durationMs });
    return { interactive: toInteractiveFigures(records, loads), open };
  } finally {
    await browser.close();
    await engine.stop();
    await upstream.stop();
  }
}

try {
  process.exitCode = await main();
} catch (error) {
  console.error(error);
  console.error(USAGE);
  process.exitCode = 2;
}
