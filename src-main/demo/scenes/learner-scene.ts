import type { Asking } from '../show/asking.ts';
import type { Stage } from '../show/stage.ts';
import type { Scene } from './scene.ts';

/** So many of each kind; the first few show where it begins. */
const ROUNDS = [3, 5, 7, 7] as const;
const EVERY_MS = 260;
const SMALL_MODEL = 'sim-llama:3b';
const BIG_MODEL = 'sim-qwen:8b';

/**
 * Two kinds of questions come at the same pace. Two more apps are private and each allowed one local model only: that is
 * where the first evidence about these comes from. Right or wrong is known, and the gateway is told each time.
 */
export const learnerScene: Scene = {
  name: 'learner',
  title: 'THE LEARNER',
  watch: 'With feedback, what the small local model does well moves to it; the rest stays.',
  async play(stage) {
    await stage.control.change({ strategy: 'balanced' });
    const notes = await stage.control.addApp({ name: 'Notes', private: true, models: [SMALL_MODEL] });
    const ledger = await stage.control.addApp({ name: 'Ledger', private: true, models: [BIG_MODEL] });
    let asked = 0;
    for (const times of ROUNDS) {
      await stage.act(`questions ${asked + 1} to ${(asked += times)} of each`, async () => {
        const next = (place: number) => mix(stage, place, { notes: notes.key, ledger: ledger.key });
        const answers = await stage.flow({ everyMs: EVERY_MS, times, next });
        const shareOf = (kind: string): string => {
          const open = answers.filter((each) => each.kind === kind && !each.isPrivate);
          return `${open.filter(({ track }) => track === 'local').length} of ${open.length} ${kind}`;
        };
        stage.note(`Local: ${shareOf('capitals')}, ${shareOf('products')}.`);
      });
    }
  },
};

function mix({ questions }: Stage, place: number, keys: { notes: string; ledger: string }): Asking[] {
  const capital = (): Asking => ({ question: questions.capital(), kind: 'capitals', app: 'chat' });
  const product = (): Asking => ({ question: questions.product(), kind: 'products', app: 'chat' });
  const kept = place % 3 === 2 ? product() : capital();
  return [
    capital(),
    product(),
    { ...kept, app: 'notes', key: keys.notes, isPrivate: true },
    ...(place % 3 === 0 ? [{ ...product(), app: 'ledger', key: keys.ledger, isPrivate: true }] : []),
  ];
}
