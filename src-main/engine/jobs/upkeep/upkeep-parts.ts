import type { Settings } from '../../../../src-shared/settings.ts';
import type { Clock } from '../../ports.ts';
import type { SteppedUpkeep } from '../../store/upkeep-thread.ts';
import type { UpkeepStep } from '../../store/upkeep-steps.ts';

/** What the upkeep of the data folder works with. */
export interface UpkeepParts {
  clock: Clock;
  settings: () => Settings;
  /** The data folder. */
  folder: string;
  /** Never rejects. */
  step: (step: UpkeepStep) => Promise<SteppedUpkeep>;
  /** Bytes that this user may still write to the disk of the data folder; null: the system does not say. */
  freeBytes: () => Promise<number | null>;
  /** Log lines are kept in files now. */
  keepsLog: () => boolean;
  /** Log files beyond this number are left over from another version. */
  logFiles: number;
}
