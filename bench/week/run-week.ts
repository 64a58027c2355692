import { Simulation, type Outcome } from '../simulation/simulation.ts';
import { Site } from '../simulation/site.ts';
import { KNOWN_MODELS } from '../simulation/known-models.ts';
import { OptimizerRouter } from '../simulation/optimizer-router.ts';
import type { AdaptationView } from '../../src-shared/optimizer.ts';
import type { Contender } from './contenders.ts';
import { toWeekFigures, type EnergyFigures, type WeekFigures } from './week-figures.ts';
import { WEEK_EPISODES, WEEK_MS } from './week-script.ts';
import { scheduleWeek } from './week-traffic.ts';

/** One contender's week. */
export interface Week {
  contender: Contender;
  seed: number;
  figures: WeekFigures & EnergyFigures;
  /** In the order in which they ended. */
  outcomes: readonly Outcome[];
  adaptations: readonly AdaptationView[];
  /** What the optimizer says does not work; empty when all is well. */
  degraded: readonly string[];
  loads: number;
  computedMs: number;
}

/** The last answers of Sunday evening still come. */
const AFTERWARDS_MS = 3_600_000;

export function runWeek(contender: Contender, seed: number): Week {
  const startedMs = performance.now();
  const site = new Site({ seed, models: KNOWN_MODELS, episodes: WEEK_EPISODES, settings: contender.settings });
  const router = contender.createRouter(site);
  const simulation = new Simulation({ site, router });
  const adaptations: AdaptationView[] = [];
  if (router instanceof OptimizerRouter) router.optimizer.onAdapted((adaptation) => adaptations.push(adaptation));
  scheduleWeek(simulation);
  site.clock.runUntil(WEEK_MS + AFTERWARDS_MS);
  const degraded = router instanceof OptimizerRouter ? router.optimizer.getOptimizationStatus().degraded : [];
  router.stop();
  const { workWh, workWhOnBattery, lowestBatteryPercent } = site.machine.energy;
  const energy = { energyWh: workWh, batteryWh: workWhOnBattery, lowestBatteryPercent };
  return {
    contender,
    seed,
    figures: { ...toWeekFigures(simulation.outcomes), ...energy },
    outcomes: simulation.outcomes,
    adaptations,
    degraded,
    loads: site.runtime.loads,
    computedMs: performance.now() - startedMs,
  };
}
