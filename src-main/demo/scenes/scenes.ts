import { batteryScene } from './battery-scene.ts';
import { budgetScene } from './budget-scene.ts';
import { learnerScene } from './learner-scene.ts';
import { outageScene } from './outage-scene.ts';
import { raceScene } from './race-scene.ts';
import type { Scene } from './scene.ts';
import { strategiesScene } from './strategies-scene.ts';

/** The show in its order; what is learned in one scene is known in the next. */
const SCENES: readonly Scene[] = [strategiesScene, learnerScene, batteryScene, outageScene, budgetScene, raceScene];

/** The scene of this name, after those that it is built on; all for null. */
export function chooseScenes(name: string | null): readonly Scene[] {
  if (name === null) return SCENES;
  const builtOn = SCENES.find((scene) => scene.name === name)?.builtOn ?? [];
  return SCENES.filter((scene) => scene.name === name || builtOn.includes(scene.name));
}
