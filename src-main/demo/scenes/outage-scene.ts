import type { ShownRequest } from '../show/show-state.ts';
import type { Asking } from '../show/asking.ts';
import type { Stage } from '../show/stage.ts';
import type { Scene } from './scene.ts';

/** What the best quality comes from. */
const SERVES = 'sim-cloud-large';
const EVERY_MS = 350;
const COMES_BACK_WITHIN_MS = 30_000;

/** The cloud provider answers 500 to everything for a while. */
export const outageScene: Scene = {
  name: 'outage',
  title: 'A PROVIDER FAILS',
  watch: 'The cloud answers 500: all are served locally; its circuit opens, and closes later.',
  builtOn: ['learner'],
  async play(stage) {
    const { control, engines } = stage;
    await control.change({ strategy: 'quality_focused' });
    const next = (): Asking[] => [{ question: stage.questions.product(), kind: 'products', app: 'chat' }];
    const ask = async (times: number): Promise<void> => {
      await stage.flow({ everyMs: EVERY_MS, times, next });
    };
    await stage.act('all is well', () => ask(3));
    engines.cloud.setFailing(true);
    try {
      await stage.act('the cloud fails', async () =>
        noteTrouble(stage, await stage.flow({ everyMs: EVERY_MS, times: 8, next })),
      );
    } finally {
      engines.cloud.setFailing(false);
    }
    await stage.act('it is well again', async () => {
      const isBack = async () => {
        await stage.flow({ everyMs: EVERY_MS, times: 3, next });
        return (await circuitOf(stage, SERVES)) === 'closed';
      };
      stage.note(`Circuit of ${SERVES}: ${await circuitOf(stage, SERVES)}.`);
      const back = await stage.until(isBack, COMES_BACK_WITHIN_MS);
      if (back) stage.note(`Circuit of ${SERVES}: closed; it answers again.`);
    });
    await stage.act('closed again', () => ask(4));
    await control.change({ strategy: 'balanced' });
  },
};

/** The first failover, and the first request that did not try any more. */
function noteTrouble(stage: Stage, answers: readonly ShownRequest[]): void {
  const failedOver = answers.find(({ tried }) => tried.length > 0);
  if (failedOver !== undefined) stage.note(`${failedOver.tried.join(', ')}; ${failedOver.model ?? 'nobody'} answered.`);
  const refused = answers.flatMap(({ ruledOut }) => ruledOut).find(({ model }) => model === SERVES);
  if (refused !== undefined) stage.note(`${refused.model}: ${refused.why}.`);
}

async function circuitOf({ control }: Stage, name: string): Promise<string> {
  const models = await control.models();
  return models.find(({ model }) => model === name)?.circuit ?? 'unknown';
}
