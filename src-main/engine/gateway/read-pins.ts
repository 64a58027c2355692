import type { IncomingHttpHeaders } from 'node:http';
import { STRATEGIES } from '../../../src-shared/strategy.ts';
import { InvalidRequest } from '../protocols/failure.ts';
import type { RequestPins } from '../routing/decision.ts';

const NONE: RequestPins = {};
const LONGEST_DEADLINE_MS = 24 * 3_600_000;

/** Each header with how it is read into the pins; `read` says false to a value that it does not know. */
const READERS: readonly { header: string; values: string; read(value: string, pins: RequestPins): boolean }[] = [
  {
    header: 'x-pointsman-track',
    values: 'local, cloud',
    read(value, pins) {
      if (value !== 'local' && value !== 'cloud') return false;
      pins.track = value;
      return true;
    },
  },
  {
    header: 'x-pointsman-strategy',
    values: STRATEGIES.join(', '),
    read(value, pins) {
      const strategy = STRATEGIES.find((each) => each === value);
      if (strategy !== undefined) pins.strategy = strategy;
      return strategy !== undefined;
    },
  },
  {
    // `public` is taken as "nothing to add": no header can loosen what a setting or a name keeps private.
    header: 'x-pointsman-privacy',
    values: 'private, public',
    read(value, pins) {
      if (value === 'private') pins.private = true;
      return value === 'private' || value === 'public';
    },
  },
  {
    header: 'x-pointsman-deadline-ms',
    values: 'milliseconds from 1 to a day',
    read(value, pins) {
      const deadlineMs = Number(value);
      if (!Number.isInteger(deadlineMs) || deadlineMs < 1 || deadlineMs > LONGEST_DEADLINE_MS) return false;
      pins.deadlineMs = deadlineMs;
      return true;
    },
  },
  {
    header: 'x-pointsman-importance',
    values: 'low, normal, high',
    read(value, pins) {
      if (value !== 'low' && value !== 'normal' && value !== 'high') return false;
      pins.importance = value;
      return true;
    },
  },
];

/** What a request's own headers pin. Throws InvalidRequest (400) for a value that none of them has: it is not ignored. */
export function readPins(headers: IncomingHttpHeaders): RequestPins {
  let pins: RequestPins | null = null;
  for (const reader of READERS) {
    const value = headers[reader.header];
    if (value === undefined) continue;
    pins ??= {};
    const text = String(value).trim().toLowerCase();
    if (!reader.read(text, pins)) {
      const told = text.slice(0, 40);
      throw new InvalidRequest(`The header ${reader.header} cannot be "${told}": it is one of ${reader.values}.`);
    }
  }
  return pins ?? NONE;
}
