import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createPaint } from '../../src-main/demo/demo-table.ts';
import { createQuestions } from '../../src-main/demo/questions.ts';
import { chooseScenes } from '../../src-main/demo/scenes/scenes.ts';
import { createSpedUpClock } from '../../src-main/demo/sped-up-clock.ts';
import { presentShow, type PresentOptions } from '../../src-main/demo/show/present-show.ts';
import { startDemoGateway, type DemoGateway } from '../../src-main/demo/start-demo-gateway.ts';
import { systemClock } from '../../src-main/engine/system-ports.ts';
import { SilentLog } from '../support/silent-log.ts';

const folder = mkdtempSync(join(tmpdir(), 'pointsman-show-'));
const clock = createSpedUpClock(systemClock, 10);
let gateway: DemoGateway;

beforeAll(async () => {
  gateway = await startDemoGateway({ clock, log: new SilentLog(), folder, port: 0, seed: 5 });
});
afterAll(async () => {
  await gateway.stop();
  rmSync(folder, { recursive: true, force: true });
});

function present(over: Partial<PresentOptions>): Promise<boolean> {
  return presentShow({
    clock,
    engines: gateway.engines,
    machine: gateway.machine,
    questions: createQuestions(),
    gatewayUrl: gateway.engine.addresses[0] ?? '',
    controlToken: gateway.engine.controlToken,
    signal: new AbortController().signal,
    scenes: chooseScenes('strategies'),
    print: () => undefined,
    terminal: null,
    paint: createPaint(false),
    unicode: true,
    ...over,
  });
}

/** Collects what is written; `stopAt` is told each text. */
function paperTerminal(size: { columns: number; rows: number }, onWrite: (text: string) => void = () => undefined) {
  const written: string[] = [];
  const write = (text: string): void => {
    written.push(text);
    onWrite(text);
  };
  return { ...size, written, write };
}

describe('the show', () => {
  test('without a terminal is lines: scene, acts and reasons, no control characters', async () => {
    const lines: string[] = [];
    expect(await present({ print: (line) => lines.push(line) })).toBe(true);
    expect(lines[0]).toContain('SIMULATED');
    expect(lines).toContain('1/1 SIX STRATEGIES');
    expect(lines.filter((line) => /^ {2}[a-z_]+.* \d (?:local|cloud)/u.test(line))).toHaveLength(7);
    expect(lines.filter((line) => /^ {6}why (?:local|cloud): /u.test(line)).length).toBeGreaterThanOrEqual(7);
    for (const line of lines) expect(line).not.toMatch(/\p{Cc}/u);
  });

  test('in a terminal too small for a frame is lines as well', async () => {
    const lines: string[] = [];
    const terminal = paperTerminal({ columns: 40, rows: 12 });
    await present({ terminal, print: (line) => lines.push(line) });
    expect(terminal.written).toEqual([]);
    expect(lines).toContain('1/1 SIX STRATEGIES');
  });

  test('in a terminal is drawn in place, and leaves its story when it is over', async () => {
    const lines: string[] = [];
    const terminal = paperTerminal({ columns: 80, rows: 24 });
    await present({ terminal, print: (line) => lines.push(line) });
    expect(terminal.written.length).toBeGreaterThan(4);
    expect(terminal.written.at(-1)).toBe('\u001b[?25h\u001b[?1049l');
    expect(lines).toContain('1/1 SIX STRATEGIES');
  });

  test('stopped in the middle gives the cursor back, and leaves nothing running', async () => {
    const stop = new AbortController();
    const terminal = paperTerminal({ columns: 80, rows: 24 }, (text) => {
      if (text.includes('latency_focused')) stop.abort();
    });
    const exits = process.listenerCount('exit');
    expect(await present({ terminal, signal: stop.signal, scenes: chooseScenes(null) })).toBe(false);
    expect(terminal.written.at(-1)).toBe('\u001b[?25h\u001b[?1049l');
    expect(process.listenerCount('exit')).toBe(exits);
  });
});
