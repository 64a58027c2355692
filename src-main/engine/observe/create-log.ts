import { pino, stdSerializers, type DestinationStream } from 'pino';
import type { Log } from '../ports.ts';

/** Never printed, whoever logs them: the last line of defence behind not logging them in the first place. */
const REDACTED = [
  'authorization',
  '*.authorization',
  'key',
  '*.key',
  'token',
  '*.token',
  'secret',
  '*.secret',
  'body',
  '*.body',
];

/** Structured lines on standard error (or `destination`), ISO times, levels as words. */
export function createLog(options: { level: string; destination?: DestinationStream }): Log {
  const settings = {
    level: options.level,
    base: null,
    timestamp: () => `,"time":"${new Date().toISOString()}"`,
    formatters: { level: (level: string) => ({ level }) },
    serializers: { error: stdSerializers.err },
    redact: { paths: REDACTED, censor: '[redacted]' },
  };
  return pino(settings, options.destination ?? pino.destination({ fd: 2, sync: false }));
}
