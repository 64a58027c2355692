import { describe, expect, test } from 'vitest';
import { createCpuSensor, type CpuReaders } from '../../../src-main/engine/resources/cpu-sensor.ts';
import { parseProcStat, readOsCpus, readProcStat } from '../../../src-main/engine/resources/cpu-times.ts';
import { createOllamaCpu } from '../../../src-main/engine/resources/ollama-cpu.ts';
import { makeFiles } from '../../support/make-files.ts';
import { ManualClock } from '../../support/manual-clock.ts';

describe('the processor’s time', () => {
  test('idle and waiting for disks is not busy; guest time is not counted twice', () => {
    const text = 'cpu  100 20 30 700 50 5 5 90 80 20\ncpu0 1 1 1 1 1 1 1 1 1 1\n';
    expect(parseProcStat(text)).toEqual({ busyMs: 2_500, totalMs: 10_000 });
  });

  test.each(['', 'cpu0 1 2 3 4 5\n', 'cpu  a b c d\n', 'cpu  1 2 3\n'])('%j is refused', (text) => {
    expect(() => parseProcStat(text)).toThrow('no line for the processor');
  });

  test('it is read from the folder given', async () => {
    const { root } = makeFiles({ stat: 'cpu  1 0 0 9 0 0 0 0 0 0\n' });
    expect(await readProcStat(root)).toEqual({ busyMs: 10, totalMs: 100 });
    await expect(readProcStat(`${root}/none`)).rejects.toThrow('ENOENT');
  });

  test('other systems count in the same way', () => {
    const { busyMs, totalMs } = readOsCpus();
    expect(busyMs).toBeGreaterThan(0);
    expect(totalMs).toBeGreaterThanOrEqual(busyMs);
  });
});

/** Readers that a test moves on by milliseconds of four cores' time. */
class Machine implements CpuReaders {
  busyMs = 1_000;
  totalMs = 50_000;
  own = 100;
  ollama: () => Promise<number | null> = () => Promise.resolve(0);

  machine = () => ({ busyMs: this.busyMs, totalMs: this.totalMs });
  ownMs = () => this.own;
  ollamaMs = () => this.ollama();

  run(busyMs: number, totalMs = 4_000): void {
    this.busyMs += busyMs;
    this.totalMs += totalMs;
  }
}

describe('shares', () => {
  async function buildRead() {
    const machine = new Machine();
    const sensor = createCpuSensor(machine);
    const first = await sensor.read();
    return { machine, sensor, first };
  }

  test('with the first reading nothing is known', async () => {
    const { sensor, first } = await buildRead();
    expect(Object.values(first)).toEqual([null, null, null, null]);
    expect(sensor.inspect?.(first)).toBe('empty');
  });

  test('they are percent of the whole machine, and what is not ours is the others’', async () => {
    const { machine, sensor } = await buildRead();
    machine.run(2_400);
    machine.own += 200;
    machine.ollama = () => Promise.resolve(1_000);
    const shares = await sensor.read();
    expect(shares).toEqual({ machinePercent: 60, ownPercent: 5, ollamaPercent: 25, othersPercent: 30 });
    expect(sensor.inspect?.(shares)).toBe('ok');
  });

  test.each([() => Promise.resolve(null), () => Promise.reject(new Error('hidden'))])(
    'where Ollama’s share cannot be known it counts as others’',
    async (ollama) => {
      const { machine, sensor } = await buildRead();
      machine.run(2_000);
      machine.ollama = ollama;
      expect(await sensor.read()).toEqual({
        machinePercent: 50,
        ownPercent: 0,
        ollamaPercent: null,
        othersPercent: 50,
      });
    },
  );

  test('parts that add up to more than the whole leave nothing to others, never less', async () => {
    const { machine, sensor } = await buildRead();
    machine.run(1_000);
    machine.own += 5_000;
    machine.ollama = () => Promise.resolve(900);
    expect(await sensor.read()).toMatchObject({ machinePercent: 25, ownPercent: 100, othersPercent: 0 });
  });

  test('two readings close together tell the shares before again', async () => {
    const { machine, sensor } = await buildRead();
    machine.run(2_000);
    await sensor.read();
    machine.run(100, 100);
    expect(await sensor.read()).toMatchObject({ machinePercent: 50 });
    machine.run(0, 1_900);
    expect(await sensor.read()).toMatchObject({ machinePercent: 5 });
  });

  test('counters that run backwards begin anew, without a negative share', async () => {
    const { machine, sensor } = await buildRead();
    machine.run(-500, -20_000);
    expect(await sensor.read()).toMatchObject({ machinePercent: null });
    machine.run(400);
    expect(await sensor.read()).toMatchObject({ machinePercent: 10 });
  });

  test('a busy count that runs backwards is no share below zero', async () => {
    const { machine, sensor } = await buildRead();
    machine.run(-500);
    expect(await sensor.read()).toMatchObject({ machinePercent: 0, othersPercent: 0 });
  });

  test('a count that is no number fails the sensor, and the next readings begin anew', async () => {
    const { machine, sensor } = await buildRead();
    machine.totalMs = Number.NaN;
    await expect(sensor.read()).rejects.toThrow('a number that is none');
    machine.totalMs = 60_000;
    expect(await sensor.read()).toMatchObject({ machinePercent: null });
    machine.run(1_000);
    expect(await sensor.read()).toMatchObject({ machinePercent: 25 });
  });

  test('after a sleep it begins anew', async () => {
    const { machine, sensor } = await buildRead();
    sensor.reset?.();
    machine.run(1_000);
    expect(await sensor.read()).toMatchObject({ machinePercent: null });
  });
});

/** A line of /proc/ID/stat: name, parent, ticks in user and kernel mode, start. */
function stat(id: number, name: string, is: { parent?: number; user?: number; system?: number; start?: number } = {}) {
  const { parent = 1, user = 0, system = 0, start = id } = is;
  return `${id} (${name}) S ${parent} ${id} ${id} 0 -1 4194304 9 9 9 9 ${user} ${system} 0 0 20 0 9 0 ${start} 9 9\n`;
}

describe('Ollama’s share', () => {
  test('server and runners count, whatever the runners are called; nobody else does', async () => {
    const clock = new ManualClock();
    const proc = makeFiles({
      '1/stat': stat(1, 'systemd', { parent: 0 }),
      '50/stat': stat(50, 'ollama', { user: 10, system: 10 }),
      '60/stat': stat(60, 'llama-server', { parent: 50, user: 100 }),
      '70/stat': stat(70, 'odd) name (x', { user: 7 }),
      'self/stat': stat(50, 'ollama', { user: 10, system: 10 }),
      meminfo: '',
    });
    const read = createOllamaCpu({ procFolder: proc.root, clock });
    expect(await read()).toBe(0);
    proc.write('50/stat', stat(50, 'ollama', { user: 12, system: 11 }));
    proc.write('60/stat', stat(60, 'llama-server', { parent: 50, user: 150 }));
    proc.write('70/stat', stat(70, 'odd) name (x', { user: 900 }));
    expect(await read()).toBe(530);
    expect(await read()).toBe(0);
  });

  test('a runner that is started later is found within ten seconds, even if it was first seen under another name', async () => {
    const clock = new ManualClock();
    const proc = makeFiles({ '50/stat': stat(50, 'bash'), '40/stat': stat(40, 'firefox') });
    const read = createOllamaCpu({ procFolder: proc.root, clock });
    await read();
    proc.write('50/stat', stat(50, 'ollama', { user: 100 }));
    await clock.advance(10_000);
    expect(await read()).toBe(0);
    proc.write('50/stat', stat(50, 'ollama', { user: 150 }));
    expect(await read()).toBe(500);
  });

  test('a process that was twice another program’s is not looked at again', async () => {
    const clock = new ManualClock();
    const proc = makeFiles({ '40/stat': stat(40, 'firefox') });
    const read = createOllamaCpu({ procFolder: proc.root, clock });
    await read();
    await clock.advance(10_000);
    await read();
    proc.write('40/stat', stat(40, 'ollama', { user: 100 }));
    await clock.advance(10_000);
    await read();
    proc.write('40/stat', stat(40, 'ollama', { user: 200 }));
    await clock.advance(10_000);
    expect(await read()).toBe(0);
  });

  test('a process that ends, and one that gets its number, count nothing', async () => {
    const clock = new ManualClock();
    const proc = makeFiles({ '50/stat': stat(50, 'ollama', { user: 100 }), '51/stat': stat(51, 'ollama') });
    const read = createOllamaCpu({ procFolder: proc.root, clock });
    await read();
    proc.write('50/stat', stat(50, 'ffmpeg', { user: 5_000, start: 999 }));
    proc.remove('51');
    expect(await read()).toBe(0);
  });

  test('where processes cannot be listed it is not known', async () => {
    const read = createOllamaCpu({ procFolder: '/nonexistent', clock: new ManualClock() });
    await expect(read()).rejects.toThrow('ENOENT');
  });

  test('a process whose file cannot be understood is passed over', async () => {
    const proc = makeFiles({ '50/stat': 'gibberish', '51/stat': '' });
    expect(await createOllamaCpu({ procFolder: proc.root, clock: new ManualClock() })()).toBe(0);
  });
});
