import { pino, stdSerializers, type DestinationStream } from 'pino';
import type { Log } from '../ports.ts';
import { REDACTED, SECRET_NAMES } from './secret-names.ts';

/** At the top and one level below. */
const REDACTED_PATHS = SECRET_NAMES.flatMap((name) => [name, `*.${name}`]);

export interface AdjustableLog extends Log {
  /** From now on nothing below this level is written. */
  setLevel(level: string): void;
}

/** Structured lines on standard error (or `destination`), ISO times, levels as words. */
export function createLog(options: { level: string; destination?: DestinationStream }): AdjustableLog {
  const settings = {
    level: options.level,
    base: null,
    timestamp: () => `,"time":"${new Date().toISOString()}"`,
    formatters: { level: (level: string) => ({ level }) },
    serializers: { error: stdSerializers.err },
    redact: { paths: REDACTED_PATHS, censor: REDACTED },
  };
  const logger = pino(settings, options.destination ?? pino.destination({ fd: 2, sync: false }));
  return {
    debug: (fields, message) => logger.debug(fields, message),
    info: (fields, message) => logger.info(fields, message),
    warn: (fields, message) => logger.warn(fields, message),
    error: (fields, message) => logger.error(fields, message),
    setLevel(level) {
      logger.level = level;
    },
  };
}
