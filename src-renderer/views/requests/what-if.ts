import type { OperationInput } from '../../../src-shared/operations.ts';
import type { Strategy } from '../../../src-shared/strategy.ts';

/** Stands where a request's id stands: `#/requests/what-if`. Ids are hexadecimal, so none is called this. */
export const WHAT_IF = 'what-if';

/** Names that Pointsman itself answers to. */
export const ROUTED_NAMES = [
  'pointsman/auto',
  'pointsman/fast',
  'pointsman/best',
  'pointsman/cheap',
  'pointsman/private',
] as const;

/** What the form holds; empty texts mean: nothing in particular. */
export interface Question {
  prompt: string;
  model: string;
  app: string;
  strategy: Strategy | '';
  track: 'local' | 'cloud' | '';
  importance: 'low' | 'normal' | 'high';
  tools: number | null;
  maxOutputTokens: number | null;
  deadlineMs: number | null;
  images: boolean;
  json: boolean;
  isPrivate: boolean;
}

export function emptyQuestion(): Question {
  return {
    prompt: '',
    model: ROUTED_NAMES[0],
    app: '',
    strategy: '',
    track: '',
    importance: 'normal',
    tools: null,
    maxOutputTokens: null,
    deadlineMs: null,
    images: false,
    json: false,
    isPrivate: false,
  };
}

/** As the engine is asked. */
export function toRouteQuestion(question: Question): OperationInput<'optimizer.route'> {
  const { prompt, model, app, strategy, track, importance, tools, maxOutputTokens, deadlineMs, images, json } =
    question;
  return {
    prompt,
    model,
    images,
    json,
    importance,
    tools: tools ?? 0,
    maxOutputTokens,
    app: app === '' ? null : app,
    ...(strategy === '' ? {} : { strategy }),
    ...(track === '' ? {} : { track }),
    ...(question.isPrivate ? { private: true as const } : {}),
    ...(deadlineMs === null ? {} : { deadlineMs }),
  };
}
