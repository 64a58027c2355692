import type { ShownRequest } from '../show/show-state.ts';
import type { Asking } from '../show/asking.ts';
import type { Stage } from '../show/stage.ts';
import type { Scene } from './scene.ts';

const BUDGET_USD = 0.002;
const ASKED = 6;
const BEST = 'sim-cloud-large';

/** An app with a key and a small budget for the day. What a call may cost at most is held before it is made. */
export const budgetScene: Scene = {
  name: 'budget',
  title: 'A BUDGET RUNS OUT',
  watch: `An app may spend $${BUDGET_USD} a day and wants the best: cloud until it is gone, then local.`,
  async play(stage) {
    const { key, app } = await stage.control.addApp({
      name: 'Newsletter',
      models: [BEST, 'sim-llama:3b', 'sim-qwen:8b'],
      budget: { dayUsd: BUDGET_USD },
    });
    const next = (): Asking => ({
      question: stage.questions.product(),
      kind: 'products',
      app: app.name,
      key,
      model: 'pointsman/best',
      maxTokens: 48,
    });
    await stage.act('money is there', () => spend(stage, next));
    await stage.act('money is gone', () => spend(stage, next));
  },
};

/** One after the other, so that no money is held for a call beside it. */
async function spend(stage: Stage, next: () => Asking): Promise<void> {
  const answers: ShownRequest[] = [];
  for (let asked = 0; asked < ASKED; asked += 1) answers.push(await stage.ask(next()));
  const refused = answers.flatMap(({ ruledOut }) => ruledOut).find(({ model }) => model === BEST);
  if (refused !== undefined) stage.note(`${refused.model}: ${refused.why}`);
  const { budgets } = await stage.control.spend();
  for (const { sentence } of budgets) stage.note(sentence);
}
