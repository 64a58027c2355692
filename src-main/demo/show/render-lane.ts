import type { Track } from '../../engine/routing/endpoint.ts';
import { formatMs } from '../demo-table.ts';
import { fit, toLine, type Cell, type LineStyle } from './line.ts';
import type { ShowState, ShownModel, ShownRequest } from './show-state.ts';

const COLOURS = { local: 'green', cloud: 'cyan' } as const;
const MODEL_WIDTH = 15;
const TIME_WIDTH = 7;
const VERDICT_WIDTH = 5;
/** A reason in less room than this says nothing. */
const LEAST_REASON = 24;

/** A track as a lane: its models, and its latest requests with the newest below. */
export function renderLane(state: ShowState, track: Track, count: number, style: LineStyle): string[] {
  const models = (state.readings?.models ?? []).filter((model) => model.track === track);
  const described = models.map((model) => describeModel(model)).join('   ');
  const name = track === 'local' ? 'LOCAL TRACK' : 'CLOUD TRACK';
  const requests = state.requests.filter((request) => request.track === track).slice(-count);
  const lines = requests.map((request) => toLine(requestCells(request, track, style), style));
  return [
    toLine([[COLOURS[track], `${name}  `], ['dim', described]], style), // prettier-ignore
    ...lines,
    ...Array.from({ length: count - lines.length }, () => ''),
  ];
}

/** Requests of which nobody outside knows yet where they went: the answer has not begun. */
export function renderWaiting({ requests }: ShowState, style: LineStyle): string {
  const waiting = requests.filter(({ state, track }) => state === 'running' && track === null);
  const questions = waiting.map(({ question }) => question).join('  ');
  return toLine([['bold', `ASKED ${waiting.length === 0 ? '' : `(${waiting.length})  `}`], ['dim', questions]], style); // prettier-ignore
}

function describeModel({ name, track, loaded, circuit }: ShownModel): string {
  if (circuit !== 'closed') return `${name}: circuit ${circuit === 'open' ? 'OPEN' : 'half open'}`;
  return track === 'local' && loaded === false ? `${name} (not loaded)` : name;
}

function requestCells(request: ShownRequest, track: Track, { columns, unicode }: LineStyle): Cell[] {
  const { question, model, state, totalMs, right, isPrivate, reason, tried } = request;
  const fixed = 2 + MODEL_WIDTH + TIME_WIDTH + VERDICT_WIDTH + 4;
  const questionWidth = Math.max(12, Math.min(34, columns - fixed));
  const room = columns - fixed - questionWidth - 2;
  const isRunning = state === 'running';
  const mark = isRunning ? (unicode ? '▸ ' : '> ') : unicode ? '● ' : '* ';
  const why = tried.length > 0 ? tried.join('; ') : withoutTrack(reason);
  return [
    [isRunning ? null : COLOURS[track], mark],
    [null, `${fit(`${isPrivate ? '[private] ' : ''}${question}`, questionWidth, unicode)} `],
    ['dim', `${fit(model ?? '', MODEL_WIDTH, unicode)} `],
    [null, `${(isRunning ? '…' : formatMs(totalMs)).padStart(TIME_WIDTH)} `],
    [right === false ? 'red' : null, fit(verdict(right), VERDICT_WIDTH, unicode)],
    ...(room < LEAST_REASON || isRunning ? [] : [['dim', `  ${fit(why, room, unicode).trimEnd()}`] as const]),
  ];
}

function verdict(right: boolean | null): string {
  return right === null ? '' : right ? 'right' : 'wrong';
}

/** `local: ` in front of a reason says what the lane says. */
function withoutTrack(reason: string): string {
  return reason.replace(/^(?:local|cloud): /u, '');
}
