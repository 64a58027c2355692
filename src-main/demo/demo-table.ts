import { isRight } from './known-questions.ts';
import type { DemoRequest } from './demo-request.ts';
import type { DemoAnswer } from './send-demo-request.ts';

/** One finished request with all that the table shows of it. */
export interface DemoRow {
  number: number;
  request: DemoRequest;
  answer: DemoAnswer;
  /** Integer nano-dollars; null: not known. */
  costNanoUsd: number | null;
  /** Endpoints that were tried and failed before, with what they answered. */
  failedAttempts: string[];
}

const WIDTH = 100;

export type Paint = (colour: 'green' | 'cyan' | 'red' | 'dim' | 'bold', text: string) => string;

const CODES = { green: 32, cyan: 36, red: 31, dim: 2, bold: 1 } as const;

/** Colours for a terminal, or none. */
export function createPaint(colour: boolean): Paint {
  return (name, text) => (colour && text !== '' ? `\u001b[${CODES[name]}m${text}\u001b[0m` : text);
}

/** Widths of the columns; with the blanks between them they fill the line. */
const COLUMNS = [2, 16, 21, 22, 7, 7, 7, 9] as const;

function toLine(cells: readonly string[]): string {
  const padded = cells.map((cell, index) => {
    const width = COLUMNS[index] ?? 0;
    const isFigure = index === 0 || index > 3;
    const text = shorten(cell, width);
    return isFigure ? text.padStart(width) : text.padEnd(width);
  });
  return padded.join(' ').trimEnd();
}

export function printHeading(): string[] {
  const heading = toLine([
    '#',
    'surface',
    'model asked for',
    'went to (simulated)',
    'first',
    'total',
    'tokens',
    'cost',
  ]);
  return [heading, '-'.repeat(WIDTH)];
}

/** One line of figures, and below it question, answer and reason. */
export function printRow(row: DemoRow, paint: Paint): string[] {
  const { request, answer } = row;
  const line = toLine([
    String(row.number),
    `${request.surface}${request.stream ? ' stream' : ''}`,
    request.model,
    wentTo(answer),
    formatMs(answer.firstContentMs),
    formatMs(answer.totalMs),
    answer.error === null ? `${answer.inputTokens ?? '?'}+${answer.outputTokens ?? '?'}` : '-',
    answer.error === null ? formatUsd(row.costNanoUsd) : '-',
  ]);
  const trackColour = answer.error !== null ? 'red' : answer.headers.track === 'local' ? 'green' : 'cyan';
  const tried = row.failedAttempts.length === 0 ? '' : `tried first: ${row.failedAttempts.join(', then ')}`;
  return [
    ...(request.note === undefined ? [] : wrap(request.note, '   ').map((each) => paint('dim', each))),
    paint(trackColour, line),
    ...labelled('asked', request.question),
    ...(answer.error === null ? labelled('said', describeAnswer(row)) : labelled('error', answer.error)),
    ...labelled('why', answer.headers.reason ?? ''),
    ...labelled('', tried),
    '',
  ];
}

function wentTo(answer: DemoAnswer): string {
  const { track = '', model = '' } = answer.headers;
  if (model === '') return answer.error === null ? track : `refused (${answer.status})`;
  return `${track} ${model.slice(model.lastIndexOf('/') + 1)}`;
}

function describeAnswer({ request, answer }: DemoRow): string {
  if (answer.toolCall !== null) return `calls ${answer.toolCall}`;
  const isCorrect = isRight({ prompt: request.question, reply: answer.text });
  const verdict = isCorrect === null ? '' : isCorrect ? '  (right)' : '  (wrong: simulated models err on purpose)';
  return `${answer.text}${verdict}`;
}

function labelled(label: string, text: string): string[] {
  if (text === '') return [];
  const indent = '   ';
  return wrap(text, `${indent}      `).map((line, index) =>
    index === 0 ? `${indent}${label.padEnd(6)}${line.trimStart()}` : line,
  );
}

/** Breaks a text at blanks so that no line, indent included, is longer than the table; long words are cut. */
export function wrap(text: string, indent: string): string[] {
  const room = WIDTH - indent.length;
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(/\s+/u).flatMap((each) => each.match(new RegExp(`.{1,${room}}`, 'gsu')) ?? [])) {
    if (line !== '' && line.length + 1 + word.length > room) {
      lines.push(indent + line);
      line = '';
    }
    line += line === '' ? word : ` ${word}`;
  }
  return line === '' ? lines : [...lines, indent + line];
}

function shorten(text: string, width: number): string {
  return text.length <= width ? text : `${text.slice(0, width - 1)}…`;
}

export function formatMs(durationMs: number | null): string {
  if (durationMs === null) return '-';
  return durationMs < 1000 ? `${Math.round(durationMs)} ms` : `${(durationMs / 1000).toFixed(2)} s`;
}

/** Dollars of integer nano-dollars, to a millionth. */
export function formatUsd(nanoUsd: number | null): string {
  return nanoUsd === null ? 'unknown' : `$${(nanoUsd / 1e9).toFixed(6)}`;
}
