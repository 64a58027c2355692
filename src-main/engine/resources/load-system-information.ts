import { z } from 'zod';

/** What `systeminformation` tells of the battery. */
export interface BatteryReport {
  hasBattery: boolean;
  percent: number | null;
  charging: boolean;
  acConnected: boolean;
}

export interface SystemInformation {
  battery(): Promise<BatteryReport>;
  /** "Desktop", "Notebook", "Mac mini"…; empty when it cannot tell. */
  chassis(): Promise<string>;
}

const batteryReport = z.object({
  hasBattery: z.boolean(),
  percent: z.number().nullish(),
  isCharging: z.boolean(),
  acConnected: z.boolean(),
});

/** The library costs 11 MB of memory: it is loaded where nothing cheaper knows, with the first question. */
export async function loadSystemInformation(): Promise<SystemInformation> {
  const library = await import('systeminformation');
  return {
    async battery() {
      const { hasBattery, percent, isCharging, acConnected } = batteryReport.parse(await library.battery());
      return { hasBattery, percent: percent ?? null, charging: isCharging, acConnected };
    },
    async chassis() {
      return z
        .string()
        .catch('')
        .parse((await library.chassis()).type);
    },
  };
}
