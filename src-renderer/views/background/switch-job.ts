import type { JobName } from '../../../src-shared/jobs.ts';
import type { Engine } from '../../client/engine.svelte.ts';

/** Switches one job on or off, and leaves the others as the settings have them now. Throws ClientError. */
export async function switchJob(engine: Engine, name: JobName, isOn: boolean): Promise<void> {
  const { settings } = await engine.call('settings.read');
  const others = settings.background.off.filter((each) => each !== name);
  const value = isOn ? others : [...others, name];
  await engine.call('settings.change', { changes: [{ path: 'background.off', value }] });
}
