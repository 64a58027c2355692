import { onTestFinished, vi } from 'vitest';

/** The machine is in this time zone until the running test ends. */
export function inTimeZone(zone: string): void {
  vi.stubEnv('TZ', zone);
  onTestFinished(() => void vi.unstubAllEnvs());
}

/** Unix milliseconds of an ISO time with its offset. */
export function at(iso: string): number {
  return Date.parse(iso);
}
