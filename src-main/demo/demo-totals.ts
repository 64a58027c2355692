import { formatMs, formatUsd, wrap, type DemoRow } from './demo-table.ts';
import { isRight } from './known-questions.ts';

/** What the whole run came to, in sentences. */
export function printTotals(rows: readonly DemoRow[]): string[] {
  const served = rows.filter((row) => row.answer.error === null);
  const on = (track: string): DemoRow[] => served.filter((row) => row.answer.headers.track === track);
  const [local, cloud] = [on('local'), on('cloud')];
  const refused = rows.length - served.length;
  const tokensIn = sum(served.map((row) => row.answer.inputTokens ?? 0));
  const tokensOut = sum(served.map((row) => row.answer.outputTokens ?? 0));
  const overheads = rows
    .map((row) => Number(row.answer.headers['overhead-ms']))
    .filter((value) => !Number.isNaN(value));
  return [
    `${rows.length} requests: ${local.length} local, ${cloud.length} cloud, ${refused} refused.` +
      ` ${tokensIn} tokens in, ${tokensOut} out. ${describeCost(served)}`,
    `To the first token, median: local ${medianFirst(local)}, cloud ${medianFirst(cloud)}.` +
      ` Pointsman's own share: ${median(overheads)?.toFixed(2) ?? '?'} ms.`,
    `Right answers: local ${describeRight(local)}, cloud ${describeRight(cloud)}.` +
      ' All engines are simulated: the small local ones err on purpose, prices and times are made up.',
  ].flatMap((sentence) => wrap(sentence, ''));
}

/** Unknown costs are said, never counted as nothing. */
function describeCost(rows: readonly DemoRow[]): string {
  const known = rows.map((row) => row.costNanoUsd).filter((cost) => cost !== null);
  const unknown = rows.length - known.length;
  const text = `Cost ${formatUsd(sum(known))} in simulated money`;
  return unknown === 0 ? `${text}.` : `${text}, and ${unknown} of unknown cost.`;
}

function describeRight(rows: readonly DemoRow[]): string {
  const verdicts = rows
    .filter((row) => row.answer.toolCall === null)
    .map(({ request, answer }) => isRight({ prompt: request.question, reply: answer.text }))
    .filter((verdict) => verdict !== null);
  return `${verdicts.filter((verdict) => verdict).length} of ${verdicts.length}`;
}

function medianFirst(rows: readonly DemoRow[]): string {
  return formatMs(median(rows.map((row) => row.answer.firstContentMs).filter((value) => value !== null)));
}

/** The middle value, the mean of the middle two for an even count; null of nothing. */
function median(values: readonly number[]): number | null {
  const sorted = values.toSorted((one, other) => one - other);
  const upper = sorted[Math.floor(sorted.length / 2)];
  const lower = sorted[Math.floor((sorted.length - 1) / 2)];
  return upper === undefined || lower === undefined ? null : (lower + upper) / 2;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
