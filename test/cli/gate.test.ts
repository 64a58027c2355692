import { afterEach, expect, test, vi } from 'vitest';
import { gateView, type GateView } from '../../src-shared/machine.ts';
import { showGate } from '../../src-main/cli/commands/gate.ts';
import { startCli } from './run-cli.ts';
import { startControl } from './start-control.ts';

const NOW_MS = Date.UTC(2026, 10, 21, 12);
const condition = (name: 'power' | 'heat' | 'cpu', label: string, rest: Partial<GateView['conditions'][number]>) => ({
  name,
  label,
  met: true,
  value: null,
  limit: '',
  sentence: '',
  ...rest,
});

const CLOSED: GateView = {
  open: false,
  sinceMs: NOW_MS - 300_000,
  closedBy: ['power', 'heat'],
  paused: false,
  pausedUntilMs: null,
  conditions: [
    condition('power', 'Power', { met: false, value: 'on battery', limit: 'on mains' }),
    condition('heat', 'Heat', { met: null, limit: 'nominal or fair, at full speed' }),
    condition('cpu', 'CPU of other programs', { value: '5 %, under 20 % for 12 min', limit: 'under 20 % for 10 min' }),
  ],
};
const OPEN: GateView = { ...CLOSED, open: true, closedBy: [], conditions: CLOSED.conditions.slice(2) };

afterEach(() => {
  vi.useRealTimers();
});

async function print(view: GateView, options: { json?: boolean } = {}): Promise<string> {
  const control = await startControl({ 'GET /control/v1/gate': view });
  vi.useFakeTimers({ now: NOW_MS, toFake: ['Date'] });
  await showGate(options);
  return control.printed();
}

test('a closed gate: what holds it closed, and of each condition value and limit', async () => {
  expect(await print(CLOSED)).toBe(
    [
      'The idle gate is closed (for 5 min), held by: Power, Heat.',
      '',
      'CONDITION              HOLDS    NOW                         NEEDED',
      'Power                  NO       on battery                  on mains',
      'Heat                   unknown  unknown                     nominal or fair, at full speed',
      'CPU of other programs  yes      5 %, under 20 % for 12 min  under 20 % for 10 min',
    ].join('\n'),
  );
});

test('an open gate says what that means', async () => {
  expect(await print(OPEN)).toMatch(/^The idle gate is open: background work may run \(for 5 min\)\.\n/u);
});

test('a gate that changed in the future, by a clock since set back, has been so for no time', async () => {
  expect(await print({ ...OPEN, sinceMs: NOW_MS + 60_000 })).toContain('(for 0 s)');
});

test('JSON is the whole view', async () => {
  expect(gateView.parse(JSON.parse(await print(CLOSED, { json: true })))).toEqual(CLOSED);
});

test('watched, it is shown again each second until Ctrl-C, and ends well', async () => {
  await startControl({ 'GET /control/v1/gate': CLOSED });
  const cli = startCli(['gate', '--watch', '--json'], { folder: process.env.POINTSMAN_HOME ?? '' });
  const lines = () => cli.output().trimEnd().split('\n');
  await vi.waitFor(() => expect(lines().length).toBeGreaterThanOrEqual(2), { timeout: 20_000 });
  cli.child.kill('SIGINT');
  expect(await cli.ended).toMatchObject({ code: 0, stderr: '' });
  for (const line of lines()) expect(gateView.parse(JSON.parse(line))).toEqual(CLOSED);
}, 30_000);

test('watched, what the gateway refuses ends it with the reason', async () => {
  const control = await startControl({});
  const cli = startCli(['gate', '--watch'], { folder: process.env.POINTSMAN_HOME ?? '' });
  expect(await cli.ended).toMatchObject({ code: 1, stderr: 'There is no such thing.\n' });
  expect(control.asked).toHaveLength(1);
}, 30_000);
