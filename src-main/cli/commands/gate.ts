import { setTimeout as sleep } from 'node:timers/promises';
import type { GateView } from '../../../src-shared/machine.ts';
import { durationInWords } from '../../engine/resources/duration-in-words.ts';
import { ControlClient } from '../control-client.ts';
import { printTable } from '../print-table.ts';
import { watchForStop } from '../watch-for-stop.ts';

interface GateOptions {
  /** Again each second, until Ctrl-C. */
  watch?: boolean;
  /** With `watch`: one line of JSON for each look. */
  json?: boolean;
}

const EVERY_MS = 1_000;
/** Terminal: cursor to the top left, then clear what is below. */
const REDRAW = '\u001B[H\u001B[2J';

/** `pointsman gate` */
export async function showGate(options: GateOptions): Promise<void> {
  if (options.watch === true) await watchGate(options.json === true);
  else if (options.json === true) console.log(JSON.stringify(await look(), null, 2));
  else printGate(await look());
}

async function watchGate(json: boolean): Promise<void> {
  const stop = watchForStop();
  const ended = new AbortController();
  void stop.stopped.then(() => ended.abort());
  try {
    while (!ended.signal.aborted) {
      const view = await look();
      if (process.stdout.isTTY && !json) process.stdout.write(REDRAW);
      if (json) console.log(JSON.stringify(view));
      else printGate(view);
      // Being stopped while it waits is how this ends.
      await sleep(EVERY_MS, null, { signal: ended.signal }).catch(() => undefined);
    }
  } finally {
    stop.dismiss();
  }
}

function look(): Promise<GateView> {
  return ControlClient.open().call('gate.read', {});
}

function printGate(view: GateView): void {
  const forMs = Math.max(0, Date.now() - view.sinceMs);
  const held = view.conditions.filter(({ met }) => met !== true).map(({ label }) => label);
  const state = view.open ? 'open: background work may run' : 'closed';
  const why = held.length === 0 ? '' : `, held by: ${held.join(', ')}`;
  console.log(`The idle gate is ${state} (for ${durationInWords(forMs)})${why}.`);
  console.log('');
  printTable(
    ['CONDITION', 'HOLDS', 'NOW', 'NEEDED'],
    view.conditions.map(({ label, met, value, limit }) => [
      label,
      met === null ? 'unknown' : met ? 'yes' : 'NO',
      value ?? 'unknown',
      limit,
    ]),
  );
}
