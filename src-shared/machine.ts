import { z } from 'zod';

/** What is known of the machine, and whether background work may run. `null` is unknown, everywhere. */

const known = z.number().nullable();
const bytes = z.number().min(0).nullable();
const yesOrNo = z.boolean().nullable();

export const THERMAL_LEVELS = ['nominal', 'fair', 'serious', 'critical'] as const;
export const thermalLevel = z.enum(THERMAL_LEVELS);
export type ThermalLevel = z.infer<typeof thermalLevel>;

/** What one source, or all of them together, knows of power, heat, the person and the network. */
export const powerReading = z.object({
  source: z.enum(['ac', 'battery']).nullable(),
  /** 0 to 100, several batteries weighted by what they hold. */
  batteryPercent: z.number().min(0).max(100).nullable(),
  charging: yesOrNo,
  /** False only where it is certain that there is none. */
  hasBattery: yesOrNo,
  thermal: thermalLevel.nullable(),
  /** Below 100: the processor is held back by the system. */
  speedLimitPercent: z.number().min(0).max(100).nullable(),
  /** Since the last key or pointer event. */
  userIdleMs: z.number().min(0).nullable(),
  screenLocked: yesOrNo,
  /** False: there is no network. True says nothing about the far end. */
  online: yesOrNo,
  /** The network is paid by volume. */
  metered: yesOrNo,
});
export type PowerReading = z.infer<typeof powerReading>;

export const gpuReading = z.object({
  name: z.string(),
  busyPercent: known,
  memoryTotalBytes: bytes,
  memoryUsedBytes: bytes,
});
export type GpuReading = z.infer<typeof gpuReading>;

export const loadedModel = z.object({ id: z.string(), memoryBytes: bytes, vramBytes: bytes });
export type LoadedModel = z.infer<typeof loadedModel>;

export const sensorState = z.object({
  name: z.string(),
  /** `unknown`: it works, and has nothing to tell on this machine. `failed`: it should work and does not. */
  state: z.enum(['ok', 'unknown', 'failed']),
  /** What is wrong, for the person; null when nothing is. */
  problem: z.string().nullable(),
  /** Unix milliseconds of its last good reading. */
  readAtMs: z.number().nullable(),
});
export type SensorState = z.infer<typeof sensorState>;

/** `GET /control/v1/resources`: one sample of everything. */
export const resourceSnapshot = z.object({
  sampledAtMs: z.number(),
  /** Until the next sample is due. */
  intervalMs: z.number(),
  /** Percent of all cores together. */
  cpu: z.object({
    machinePercent: known,
    ownPercent: known,
    /** Summed over Ollama's processes; null where processes cannot be read. */
    ollamaPercent: known,
    /** The machine's less our own and Ollama's: what other programs and people use. */
    othersPercent: known,
  }),
  memory: z.object({ totalBytes: bytes, availableBytes: bytes, ownBytes: bytes }),
  /** null: cannot be known here. Empty: there is none that can be read. */
  gpus: z.array(gpuReading).nullable(),
  loadedModels: z.array(loadedModel).nullable(),
  power: powerReading,
  /** Nobody sits at this machine: no graphical session. */
  headless: yesOrNo,
  sensors: z.array(sensorState),
});
export type ResourceSnapshot = z.infer<typeof resourceSnapshot>;

export const GATE_CONDITIONS = [
  'awake',
  'not_paused',
  'settled',
  'power',
  'battery',
  'heat',
  'quiet',
  'user_away',
  'cpu',
] as const;
export const gateConditionName = z.enum(GATE_CONDITIONS);
export type GateConditionName = z.infer<typeof gateConditionName>;

export const gateCondition = z.object({
  name: gateConditionName,
  /** The name for people. */
  label: z.string(),
  /** null: the value is unknown, which holds the gate closed as false does. */
  met: yesOrNo,
  /** What is measured, in words with its unit; null: unknown. */
  value: z.string().nullable(),
  /** What it must be, in words. */
  limit: z.string(),
  /** Both in one sentence. */
  sentence: z.string(),
});
export type GateCondition = z.infer<typeof gateCondition>;

/** `GET /control/v1/gate`. */
export const gateView = z.object({
  open: z.boolean(),
  /** Unix milliseconds since when it is open or closed. */
  sinceMs: z.number(),
  conditions: z.array(gateCondition),
  /** Names of the conditions that hold it closed, in the order above; empty when it is open. */
  closedBy: z.array(gateConditionName),
  /** Unix milliseconds; null: not paused, or paused until the person resumes (`paused` tells which). */
  pausedUntilMs: z.number().nullable(),
  paused: z.boolean(),
});
export type GateView = z.infer<typeof gateView>;
