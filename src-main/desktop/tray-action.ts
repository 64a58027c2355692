import type { ViewName } from '../../src-shared/bridge.ts';
import type { Strategy } from '../../src-shared/strategy.ts';

export type PauseSpan = 'hour' | 'tomorrow' | 'resumed';

/** What a click in the tray asks for. */
export type TrayAction =
  | { do: 'choose_strategy'; strategy: Strategy }
  | { do: 'pause'; span: PauseSpan }
  | { do: 'resume' }
  | { do: 'local_only'; on: boolean }
  | { do: 'unload' }
  | { do: 'copy_address' }
  | { do: 'open'; view: ViewName | null }
  | { do: 'show_logs' }
  | { do: 'start_engine' }
  | { do: 'download_update' }
  | { do: 'restart_to_update' }
  | { do: 'rebuild' }
  | { do: 'quit' };

const HOUR_MS = 3_600_000;
/** A night that is worked through ends in the morning, not at midnight. */
const MORNING_HOUR = 6;

/** When a pause ends, in Unix milliseconds; null: when the person resumes. */
export function pauseEndMs(span: PauseSpan, nowMs: number): number | null {
  if (span === 'resumed') return null;
  if (span === 'hour') return nowMs + HOUR_MS;
  const morning = new Date(nowMs);
  morning.setDate(morning.getDate() + 1);
  return morning.setHours(MORNING_HOUR, 0, 0, 0);
}
