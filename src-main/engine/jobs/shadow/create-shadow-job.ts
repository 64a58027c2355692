import type { JobKind, Planned } from '../job-kind.ts';
import { answerPrompt } from './answer-prompt.ts';
import { chooseModels } from './choose-models.ts';
import { judgeNext } from './judge-next.ts';
import { lookAtPrompts } from './look-at-prompts.ts';
import { shadowCheckpoint, type ShadowCheckpoint } from './shadow-checkpoint.ts';
import type { ShadowParts } from './shadow-parts.ts';
import { LessonsInOrder } from './teach-lessons.ts';

/** Has kept prompts answered again by local models, and compares: what could have stayed on this machine? */
export function createShadowJob(given: ShadowParts): JobKind<ShadowCheckpoint> {
  const lessons = new LessonsInOrder(given);
  const parts = { ...given, learner: lessons };
  return {
    name: 'shadow-evaluation',
    title: 'What could have stayed local',
    description:
      'Answers past questions again with the models on this machine and compares, so that Pointsman learns which ones need no cloud. Works only with prompts that you agreed to keep.',
    heavy: true,
    checkpoint: shadowCheckpoint,
    plan: () => plan(parts),
    async unit(checkpoint, work) {
      await lessons.catchUp(() => work.breathe());
      switch (checkpoint.step) {
        case 'look':
          return lookAtPrompts(parts, checkpoint, work);
        case 'answer':
          return answerPrompt(parts, checkpoint, work);
        case 'judge':
          return judgeNext(parts, checkpoint, work);
      }
    },
  };
}

function plan(parts: ShadowParts): Planned<ShadowCheckpoint> {
  const settings = parts.settings();
  if (!settings.privacy.keepPrompts.enabled) {
    return {
      kind: 'nothing',
      sentence: 'Nothing to compare: no prompts are kept. Agree to keep them to find out what could have stayed local.',
    };
  }
  if (parts.kept.list({ after: null, limit: 1 }).length === 0) {
    return { kind: 'nothing', sentence: 'Nothing to compare yet: no prompt has been kept so far.' };
  }
  if (chooseModels({ endpoints: parts.endpoints(), blocked: parts.blocked, settings }).length === 0) {
    return { kind: 'nothing', sentence: 'Nothing to compare with: no local model that writes text can run now.' };
  }
  return { kind: 'begin', checkpoint: { step: 'look', done: 0, after: null }, unitsTotal: null };
}
