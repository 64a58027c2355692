import { readdir, readFile } from 'node:fs/promises';
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { GpuReading } from '../../../src-shared/machine.ts';
import { within } from './power-reading.ts';
import type { Sensor } from './sensor.ts';

/** The vendor's tool takes a good part of a second on some machines: asked seldom. */
const EVERY_MS = 10_000;
const TOOL_TIMEOUT_MS = 5_000;
const MIB = 1024 * 1024;
const QUERY = ['--query-gpu=name,utilization.gpu,memory.total,memory.used', '--format=csv,noheader,nounits'];
const NVIDIA_PCI = '0x10de';
const run = promisify(execFile);

/** Graphics cards that tell of their memory; null: no way to know. */
export type GpuReader = () => Promise<GpuReading[] | null>;

/** Linux tells whether a card sleeps; elsewhere the question itself would wake it, so it is not asked on battery. */
export function createGpuSensor(options: { platform: string; read: GpuReader }): Sensor<GpuReading[] | null> {
  const { platform, read } = options;
  return {
    restsOnBattery: platform !== 'linux',
    name: 'graphics card',
    everyMs: EVERY_MS,
    read,
    inspect: (value) => (value === null ? 'empty' : 'ok'),
  };
}

/** Linux reads AMD's cards from `sysRoot`, and asks NVIDIA's tool only where such a card is awake; others ask the tool. */
export function createGpuReader(options: {
  platform: string;
  sysRoot: string;
  askTool?: () => Promise<string>;
}): GpuReader {
  const askTool =
    options.askTool ?? (async () => (await run('nvidia-smi', QUERY, { timeout: TOOL_TIMEOUT_MS })).stdout);
  let hasTool = true;
  const nvidia = async (): Promise<GpuReading[] | null> => {
    if (!hasTool) return null;
    try {
      return parseNvidiaList(await askTool());
    } catch (error) {
      if (!isMissing(error)) throw error;
      hasTool = false;
      return null;
    }
  };
  if (options.platform !== 'linux') return nvidia;
  return async () => {
    const { amd, nvidiaAwake } = await readCards(join(options.sysRoot, 'class/drm'));
    const found = [...amd, ...((nvidiaAwake ? await nvidia() : null) ?? [])];
    return found.length > 0 ? found : null;
  };
}

/** Rows of `nvidia-smi`: name, percent, MiB, MiB. "[N/A]" is unknown. */
export function parseNvidiaList(text: string): GpuReading[] {
  const number = (cell: string | undefined) => (cell !== undefined && /^\d+$/.test(cell) ? Number(cell) : null);
  return text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => {
      const [name = 'NVIDIA', busy, total, used] = line.split(',').map((cell) => cell.trim());
      const [totalMib, usedMib] = [number(total), number(used)];
      return {
        name,
        busyPercent: within(number(busy), 0, 100),
        memoryTotalBytes: totalMib === null ? null : totalMib * MIB,
        memoryUsedBytes: usedMib === null ? null : usedMib * MIB,
      };
    });
}

/** A card that sleeps is left asleep: asking would wake it, and cost a laptop watts. */
async function readCards(folder: string): Promise<{ amd: GpuReading[]; nvidiaAwake: boolean }> {
  const names = await readdir(folder).catch(() => []);
  const amd: GpuReading[] = [];
  let nvidiaAwake = false;
  for (const name of names.filter((each) => /^card\d+$/.test(each))) {
    const device = join(folder, name, 'device');
    const awake = (await readText(join(device, 'power/runtime_status'))) !== 'suspended';
    if ((await readText(join(device, 'vendor'))) === NVIDIA_PCI) nvidiaAwake ||= awake;
    const memoryTotalBytes = await readNumber(join(device, 'mem_info_vram_total'));
    if (memoryTotalBytes === null) continue;
    amd.push({
      name: `AMD ${name}`,
      busyPercent: awake ? within(await readNumber(join(device, 'gpu_busy_percent')), 0, 100) : 0,
      memoryTotalBytes,
      memoryUsedBytes: await readNumber(join(device, 'mem_info_vram_used')),
    });
  }
  return { amd, nvidiaAwake };
}

async function readText(path: string): Promise<string | null> {
  const text = await readFile(path, 'utf8').catch(() => null);
  return text === null ? null : text.trim();
}

async function readNumber(path: string): Promise<number | null> {
  const text = await readText(path);
  return text !== null && /^\d+$/.test(text) ? Number(text) : null;
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}
