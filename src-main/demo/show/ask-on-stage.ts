import type { AttemptView, RequestView } from '../../../src-shared/control.ts';
import type { Clock } from '../../engine/ports.ts';
import type { DemoRequest } from '../demo-request.ts';
import { isRight } from '../known-questions.ts';
import { sendDemoRequest, type DemoAnswer } from '../send-demo-request.ts';
import { wait } from '../wait.ts';
import type { Asking } from './asking.ts';
import type { ControlCalls } from './control-calls.ts';
import type { ShowBoard } from './show-board.ts';
import type { ShownRequest } from './show-state.ts';

interface AskParts {
  clock: Clock;
  board: ShowBoard;
  control: ControlCalls;
  gatewayUrl: string;
  signal: AbortSignal;
  number: number;
}

/** Records are written in batches, a tenth of a second after the answer. */
const BETWEEN_TRIES_MS = 60;
const TRIES = 50;

/** Sends one request as an app would, shows it under way and as it ended, and tells the gateway whether it was right. */
export async function askOnStage(parts: AskParts, asking: Asking): Promise<ShownRequest> {
  const { board, clock, number } = parts;
  const begun: ShownRequest = {
    number,
    question: asking.question,
    kind: asking.kind,
    app: asking.app,
    isPrivate: asking.isPrivate === true,
    state: 'running',
    ...UNKNOWN,
  };
  board.began(begun);
  const startMs = clock.monotonicMs();
  const { gatewayUrl, signal } = parts;
  const answer = await sendDemoRequest(toDemoRequest(asking), {
    gatewayUrl,
    signal,
    onHeaders: (headers) => board.answering({ ...begun, ...toPlace(headers) }),
  });
  const totalMs = clock.monotonicMs() - startMs;
  const record = await readRecord(parts, answer);
  const right = answer.error === null ? judge(asking, answer.text) : null;
  if (right !== null && record !== null && asking.judge !== false) await parts.control.judge(record.id, right);
  const ended = { ...begun, ...toEnding(answer, record), totalMs, right };
  board.ended(ended);
  return ended;
}

const UNKNOWN = {
  track: null,
  path: null,
  model: null,
  totalMs: null,
  right: null,
  reason: '',
  tried: [],
  ruledOut: [],
  mayRace: false,
  costNanoUsd: null,
} as const;

function toDemoRequest({ question, model, app, isPrivate, key, schema, maxTokens }: Asking): DemoRequest {
  return {
    surface: 'OpenAI',
    model: model ?? 'pointsman/auto',
    question,
    stream: true,
    ...(schema === undefined ? {} : { schema }),
    ...(maxTokens === undefined ? {} : { maxTokens }),
    headers: {
      'user-agent': app,
      ...(isPrivate === true ? { 'x-pointsman-privacy': 'private' } : {}),
      ...(key === undefined ? {} : { authorization: `Bearer ${key}` }),
    },
  };
}

/** Where JSON was asked for, an answer that a program cannot read is wrong whatever it says. */
function judge({ question, schema }: Asking, reply: string): boolean | null {
  return schema === undefined || isJson(reply) ? isRight({ prompt: question, reply }) : false;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

async function readRecord({ clock, control, signal }: AskParts, { headers }: DemoAnswer): Promise<RequestView | null> {
  const id = headers['request-id'];
  if (id === undefined) return null;
  for (let tries = 0; tries < TRIES; tries += 1) {
    const record = await control.record(id);
    if (record !== null) return record;
    await wait(clock, BETWEEN_TRIES_MS, signal);
    signal.throwIfAborted();
  }
  return null;
}

type KnownAtOnce = 'number' | 'question' | 'kind' | 'app' | 'isPrivate';

function toEnding(
  answer: DemoAnswer,
  record: RequestView | null,
): Omit<ShownRequest, 'totalMs' | 'right' | KnownAtOnce> {
  const { path, reason } = answer.headers;
  return {
    state: answer.error === null ? 'done' : 'failed',
    ...toPlace(answer.headers),
    path: path ?? null,
    reason: answer.error ?? reason ?? '',
    tried: (record?.attempts ?? []).filter(({ outcome }) => outcome !== 'ok').map(describeAttempt),
    ruledOut: (record?.decision?.refusals ?? []).map(({ endpointId, why }) => ({ model: nameOf(endpointId), why })),
    mayRace: record?.decision?.path === 'parallel',
    costNanoUsd: record?.costNanoUsd ?? null,
  };
}

function toPlace({ track, model }: DemoAnswer['headers']): Pick<ShownRequest, 'track' | 'model'> {
  return {
    track: track === 'local' || track === 'cloud' ? track : null,
    model: model === undefined ? null : nameOf(model),
  };
}

function describeAttempt({ model, outcome, status, failureCode }: AttemptView): string {
  if (outcome === 'cancelled') return `${model} was slower`;
  if (failureCode === 'answer_rejected') return `${model}: answer checked and thrown away`;
  return `${model} failed (${status ?? failureCode ?? 'no answer'})`;
}

function nameOf(endpointId: string): string {
  return endpointId.slice(endpointId.indexOf('/') + 1);
}
