import { onTestFinished } from 'vitest';
import { startRig, type Rig, type RigOptions } from './start-rig.ts';

/** A rig of its own for the running test, so that no breaker, pause or queue of another test is in the way. */
export async function rigForTest(options: RigOptions): Promise<Rig> {
  const rig = await startRig(options);
  onTestFinished(() => rig.stop());
  return rig;
}
