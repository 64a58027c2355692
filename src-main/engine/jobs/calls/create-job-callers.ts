import { IdSource } from '../../ids.ts';
import type { JobCallers } from '../job-callers.ts';
import { DayPurse } from './day-purse.ts';
import type { JobCallerParts } from './job-caller-parts.ts';
import { OwnModels } from './own-models.ts';
import { Turns } from './turns.ts';
import { UnitCaller, type SharedParts } from './unit-caller.ts';

export interface LiveJobCallers extends JobCallers {
  /** Booked today by background work, and what it may spend a day; nano-dollars. */
  money(): { todayNanoUsd: number; dayLimitNanoUsd: number };
  /** The ledger was erased: what was spent is not held against anybody any more. */
  forget(): void;
}

/** The way from background work to models. Holds no timer and costs nothing while no unit asks. */
export function createJobCallers(parts: JobCallerParts): LiveJobCallers {
  const purse = new DayPurse(parts);
  const own = new OwnModels(parts);
  const shared: SharedParts = { ...parts, ids: new IdSource(parts), purse, own, turns: new Turns() };
  return {
    forUnit: (unit) => new UnitCaller(shared, unit),
    release: () => own.release(),
    money: () => ({ todayNanoUsd: purse.spentNanoUsd, dayLimitNanoUsd: purse.limitNanoUsd }),
    forget: () => purse.forget(),
  };
}
