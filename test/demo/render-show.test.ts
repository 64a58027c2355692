import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createPaint } from '../../src-main/demo/demo-table.ts';
import { toShares, shareLine } from '../../src-main/demo/show/line.ts';
import { printAct } from '../../src-main/demo/show/print-act.ts';
import { renderShow, type Frame } from '../../src-main/demo/show/render-show.ts';
import { SOME_READINGS, someAct, someRequest, someState } from './some-state.ts';

const PLAIN: Frame = { columns: 80, rows: 24, paint: createPaint(false), unicode: true };
const ESCAPES = /\u001b\[\d+m/gu;

describe('a frame', () => {
  test.each([60, 80, 120, 200])('of %i columns is nowhere wider, with colour or without', (columns) => {
    for (const rows of [18, 24, 50]) {
      const plain = renderShow(someState(), { ...PLAIN, columns, rows });
      const painted = renderShow(someState(), { ...PLAIN, columns, rows, paint: createPaint(true) });
      for (const line of plain) expect(line.length, line).toBeLessThanOrEqual(columns);
      expect(plain.length).toBeLessThan(rows);
      expect(painted.map((line) => line.replaceAll(ESCAPES, ''))).toEqual(plain);
    }
  });

  test('fits whatever terminal, whatever there is to show', () => {
    const texts = fc.string({ unit: 'grapheme-ascii', maxLength: 300 });
    const requests = fc.array(fc.record({ question: texts, reason: texts, isPrivate: fc.boolean() }), {
      maxLength: 40,
    });
    const sizes = fc.record({ columns: fc.integer({ min: 20, max: 200 }), rows: fc.integer({ min: 5, max: 60 }) });
    fc.assert(
      fc.property(sizes, requests, fc.array(texts, { maxLength: 12 }), ({ columns, rows }, asked, labels) => {
        const state = someState({
          requests: asked.map((over, number) => someRequest({ ...over, number })),
          acts: labels.map((label) => someAct({ label, notes: [label] })),
        });
        const lines = renderShow(state, { ...PLAIN, columns, rows });
        return lines.length < rows && lines.every((line) => line.length <= columns);
      }),
    );
  });

  test('says that engines are simulated and power is scripted', () => {
    expect(renderShow(someState(), PLAIN)[0]).toMatch(/SIMULATED.*SCRIPTED/u);
  });

  test('shows each request in the lane of its track, and apart those that wait', () => {
    const lines = renderShow(someState(), { ...PLAIN, columns: 120 });
    const local = lines.findIndex((line) => line.startsWith('LOCAL TRACK'));
    const cloud = lines.findIndex((line) => line.startsWith('CLOUD TRACK'));
    expect(lines.findIndex((line) => line.includes('sim-llama:3b') && line.includes('612 ms'))).toBe(local + 1);
    expect(lines.findIndex((line) => line.includes('sim-cloud-mini') && line.includes('wrong'))).toBe(cloud + 1);
    expect(lines.find((line) => line.startsWith('ASKED'))).toContain('(1)  What is 13 * 7?');
    expect(lines[local + 1]).toContain('41 tok/s, on mains, good 0.83');
  });

  test('tells what a lane cannot do now', () => {
    const text = renderShow(someState(), PLAIN).join('\n');
    expect(text).toContain('sim-qwen:8b (not loaded)');
    expect(text).toContain('sim-cloud-large: circuit OPEN');
  });

  test('tells money, power with the gate and its reason, strategy, what was learned, and why', () => {
    const text = renderShow(someState(), PLAIN).join('\n');
    expect(text).toContain('$0.001230 spent, $0.004560 saved (estimate) against large');
    expect(text).toContain('on battery, 42 %; idle gate closed: Power: on battery.');
    expect(text).toContain('adaptive, acts as resource_efficient');
    expect(text).toContain('llama:3b 0.84 (31), large 0.97 (<1)');
    expect(text).toContain('why cloud   local would strain the machine');
  });

  test('shows how the share of local answers went, for each kind', () => {
    const text = renderShow(someState(), PLAIN).join('\n');
    expect(text).toMatch(/capitals ▁██ 100 % {3}products ▁▁ 0 %/u);
  });

  test('shows a budget in the place of savings', () => {
    const readings = { ...SOME_READINGS, budget: 'newsletter: $0.001 of $0.002 a day spent' };
    expect(renderShow(someState({ readings }), PLAIN).join('\n')).toContain('money       newsletter: $0.001 of $0.002');
  });

  test('keeps the newest acts where there is no room for all', () => {
    const acts = Array.from({ length: 20 }, (_, place) => someAct({ label: `act ${place}.`, notes: [] }));
    const text = renderShow(someState({ acts }), PLAIN).join('\n');
    expect(text).toContain('act 19.');
    expect(text).not.toContain('act 0.');
  });

  test('of a show that has not begun is no error', () => {
    const state = someState({ scene: null, requests: [], acts: [], stayedLocal: {}, readings: null });
    expect(renderShow(state, PLAIN).join('\n')).toContain('Pointsman demo');
  });

  test('needs no more than ASCII where there is no more', () => {
    const text = renderShow(someState(), { ...PLAIN, unicode: false }).join('\n');
    expect(text).toMatch(/^[\x20-\x7e\n]*$/u);
  });
});

describe('shares', () => {
  test('are means of pieces, the last of which may be shorter', () => {
    expect(toShares([true, false, true, true, true], 2)).toEqual([0.5, 1, 1]);
    expect(toShares([], 2)).toEqual([]);
  });

  test('are drawn from lowest to highest', () => {
    expect(shareLine([0, 0.5, 1], true)).toBe('▁▅█');
    expect(shareLine([0, 1], false)).toBe('_@');
  });
});

describe('an act in plain lines', () => {
  test('has counts, models, notes and the reason of each track, and fits the page', () => {
    const lines = printAct(someAct({ races: 2 }));
    expect(lines[0]).toBe(
      '  on battery, 60 %            5 local, 3 cloud; 7 of 8 right; 2 might have been raced  [sim-llama:3b 5, sim-cloud-mini 3]',
    );
    expect(lines.slice(1)).toEqual([
      '      Idle gate closed. Power: on battery (needed: on mains).',
      '      why local: 41 tok/s',
      '      why cloud: local would strain the machine',
    ]);
  });

  test('tells failures too', () => {
    expect(printAct(someAct({ local: 0, cloud: 2, failed: 6 }))[0]).toContain('2 cloud, 6 failed');
  });
});
