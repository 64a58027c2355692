import type { RouteAnswer } from '../../../src-shared/optimizer.ts';
import type { Track } from '../../engine/routing/endpoint.ts';
import { ANSWER_SCHEMA } from '../questions.ts';
import type { ShownRequest } from '../show/show-state.ts';
import type { Asking } from '../show/asking.ts';
import type { Stage } from '../show/stage.ts';
import type { Scene } from './scene.ts';

const SLOW_MS = 1_500;
const RACES = 2;
const MOST_LOOKS = 24;
const MOST_ASKED = 6;
const CHECKED = 5;
/** Strategies that race; the one to which answers are worth most finds most of them alike. */
const RACING = ['quality_focused', 'latency_focused', 'balanced'] as const;

/** What helps when the first model that is asked is slow, or answers badly (JSON is asked for: that can be checked). */
export const raceScene: Scene = {
  name: 'race',
  title: 'A SECOND LEG',
  watch: 'A slow first model: another joins, and wins. An answer that is no JSON is replaced.',
  builtOn: ['learner'],
  async play(stage) {
    await stage.act('too close to call', () => raceSlowLegs(stage));
    await stage.control.change({ strategy: 'cost_focused' });
    await stage.act('answers are checked', () => checkAnswers(stage));
    await stage.control.change({ strategy: 'balanced' });
  },
};

/** Looks for questions that may be raced, then asks them while the model that is first is slow. */
async function raceSlowLegs(stage: Stage): Promise<void> {
  const { capital, symbol } = stage.questions;
  let races = 0;
  let asked = 0;
  for (let looks = 0; looks < MOST_LOOKS && asked < MOST_ASKED && races < RACES; looks += 1) {
    const found = await findRace(stage, looks % 3 === 2 ? symbol() : `${capital()} Explain.`);
    if (found === null) continue;
    asked += 1;
    await stage.control.change({ strategy: found.strategy });
    const { tried, model, path } = await slowly(stage, found.first, found.asking);
    // Between the look and the request the learner may have made up its mind.
    if (path !== 'parallel') continue;
    races += 1;
    stage.note(`${found.strategy}: ${tried.join(', ')}; ${model ?? 'nobody'} joined and won.`);
  }
  if (races === 0) stage.note('Nothing was raced this time: no question stayed too close to call.');
}

/** A question, plain or for JSON, and a strategy under which the two tracks are too close to call. Calls none. */
async function findRace({ control }: Stage, question: string) {
  for (const json of [false, true]) {
    for (const strategy of RACING) {
      const planned = await control.route({ prompt: question, json, strategy });
      if (!isRaced(planned)) continue;
      const asking: Asking = { question, kind: 'raced', app: 'chat', ...(json ? { schema: ANSWER_SCHEMA } : {}) };
      return { strategy, asking, first: planned.candidates[0]?.track ?? 'local' };
    }
  }
  return null;
}

async function checkAnswers(stage: Stage): Promise<void> {
  for (let asked = 0; asked < CHECKED; asked += 1) {
    const { tried, model } = await stage.ask({
      question: stage.questions.capital(),
      kind: 'JSON',
      app: 'program',
      schema: ANSWER_SCHEMA,
    });
    if (tried.length > 0) stage.note(`${tried.join(', ')}; ${model ?? 'nobody'} answered instead.`);
  }
}

/** A second leg that would start after the slow first one has answered is none. */
function isRaced({ path, hedgeAfterMs }: RouteAnswer): boolean {
  return path === 'parallel' && hedgeAfterMs !== null && hedgeAfterMs < SLOW_MS / 2;
}

async function slowly(stage: Stage, track: Track, asking: Asking): Promise<ShownRequest> {
  const first = stage.engines[track];
  first.setDelay(SLOW_MS);
  try {
    return await stage.ask(asking);
  } finally {
    first.setDelay(0);
  }
}
