import type { Asking } from '../show/asking.ts';
import type { Stage } from '../show/stage.ts';
import { whyClosed } from '../show/watch-readings.ts';
import type { Scene } from './scene.ts';

const OPENS_WITHIN_MS = 4_000;
const FOLLOWS_WITHIN_MS = 3_000;
const ASKED = 4;
const EVERY_MS = 300;

/** Charges to stop at; the last one is below the threshold. */
const CHARGES = [60, 35, 15] as const;

/** From mains to nearly empty, with the strategy that chooses by circumstances. */
export const batteryScene: Scene = {
  name: 'battery',
  title: 'THE BATTERY DRAINS',
  watch: 'Strategy "adaptive": less local work, no races; below 20 % no heavy model at all.',
  builtOn: ['learner'],
  async play(stage) {
    const { control, machine } = stage;
    await control.change({ strategy: 'adaptive' });
    machine.set({ source: 'ac', charging: true, batteryPercent: 80 });
    await stage.act('on mains, 80 %', async () => {
      await askBoth(stage);
      await stage.until(async () => (await control.gate()).open, OPENS_WITHIN_MS);
      await noteGate(stage);
    });
    for (const batteryPercent of CHARGES) {
      machine.set({ source: 'battery', charging: false, batteryPercent });
      await stage.act(`on battery, ${batteryPercent} %`, async () => {
        await stage.until(async () => isSeen(stage, batteryPercent), FOLLOWS_WITHIN_MS);
        await noteGate(stage);
        await askBoth(stage);
      });
    }
    machine.set({ source: 'ac', charging: true, batteryPercent: 80 });
    await control.change({ strategy: 'balanced' });
  },
};

/** The engine has taken the sample in, and adaptation has drawn its conclusion. */
async function isSeen({ control }: Stage, percent: number): Promise<boolean> {
  const [{ power }, { actsAs }] = await Promise.all([control.resources(), control.optimizer()]);
  return power.batteryPercent === percent && actsAs === 'resource_efficient';
}

/** Whether background work may run; of the reasons against it those that have to do with the battery. */
async function noteGate(stage: Stage): Promise<void> {
  const gate = await stage.control.gate();
  const conditions = gate.conditions.filter(({ name }) => name === 'power' || name === 'battery');
  stage.note(gate.open ? 'Idle gate open: background work may run.' : `Idle gate closed. ${whyClosed({ conditions })}`);
}

async function askBoth(stage: Stage): Promise<void> {
  const { questions } = stage;
  const answers = await stage.flow({
    everyMs: EVERY_MS,
    times: ASKED,
    next: (): Asking[] => [
      { question: questions.capital(), kind: 'capitals', app: 'chat' },
      { question: questions.product(), kind: 'private products', app: 'notes', isPrivate: true },
    ],
  });
  const heavy = answers.flatMap(({ ruledOut }) => ruledOut).find(({ why }) => why.startsWith('battery'));
  if (heavy !== undefined) stage.note(`${heavy.model}: ${heavy.why}.`);
}
