import { routeQuestion, type RouteAnswer, type RouteCandidate } from '../../../src-shared/optimizer.ts';
import { ControlClient } from '../control-client.ts';
import { printTable, usd } from '../print-table.ts';
import { CommandError } from '../run-command.ts';

export interface RouteOptions {
  model?: string;
  app?: string;
  track?: string;
  strategy?: string;
  private?: boolean;
  deadline?: number;
  importance?: string;
  tools?: number;
  images?: boolean;
  asJson?: boolean;
  maxOutput?: number;
  json?: boolean;
}

/** `pointsman route PROMPT`: what would happen to this prompt, without calling anything. */
export async function explainRoute(words: readonly string[], options: RouteOptions): Promise<void> {
  const question = routeQuestion.safeParse({
    prompt: words.join(' '),
    ...(options.model === undefined ? {} : { model: options.model }),
    app: options.app ?? null,
    track: options.track,
    strategy: options.strategy,
    private: options.private === true ? true : undefined,
    deadlineMs: options.deadline,
    importance: options.importance,
    tools: options.tools ?? 0,
    images: options.images === true,
    json: options.asJson === true,
    maxOutputTokens: options.maxOutput ?? null,
  });
  if (!question.success) throw new CommandError(question.error.issues.map(({ message }) => message).join('; '), 2);
  const answer = await ControlClient.open().call('optimizer.route', question.data);
  if (options.json === true) console.log(JSON.stringify(answer, null, 2));
  else printAnswer(answer);
}

function printAnswer(answer: RouteAnswer): void {
  const [first] = answer.candidates;
  if (first === undefined) console.log('Nobody can serve this now.');
  else {
    console.log(`-> ${first.endpoint}  (${pathInWords(answer)})`);
    console.log(`   ${answer.reason}`);
  }
  const acting = answer.strategy === answer.actsAs ? '' : `, acting as ${answer.actsAs}`;
  console.log(
    `   a ${answer.kind} request of about ${answer.promptTokens} tokens; strategy ${answer.strategy}${acting}; decided in ${Math.round(answer.decisionMicroseconds)} us\n`,
  );
  if (answer.candidates.length > 0) {
    printTable(
      ['CANDIDATE', 'TRACK', '>SCORE m$', '>CHOSEN', '>FIRST TOKEN', '>LOAD', '>TOK/S', '>COST', '>GOOD', '>CALLS'],
      answer.candidates.map(candidateRow),
    );
    printParts(answer.candidates);
  }
  if (answer.refusals.length > 0) {
    console.log('\nRuled out:');
    printTable(
      ['ENDPOINT', 'WHY'],
      answer.refusals.map(({ endpointId, why }) => [endpointId, why]),
    );
  }
  console.log(
    '\nAll figures are predictions; CALLS says how many calls they rest on (0: what such models usually do).',
  );
  for (const { endpoint, measured } of answer.candidates) {
    if (measured === null) continue;
    const day = new Date(measured.atMs).toISOString().slice(0, 10);
    console.log(
      `${endpoint} was measured on ${day}, on ${measured.onBattery ? 'battery' : 'mains'}: its speed starts from that.`,
    );
  }
}

const PATHS: Readonly<Record<RouteAnswer['path'], string>> = {
  single: 'one call; the next candidate if it fails',
  parallel: 'raced',
  cascade: 'tried locally and checked, then the cloud',
};

function pathInWords({ path, hedgeAfterMs, warm }: RouteAnswer): string {
  const words = [PATHS[path]];
  if (hedgeAfterMs !== null) words.push(`the second starts after ${milliseconds(hedgeAfterMs)}`);
  if (warm !== null) words.push(`${warm} is loaded meanwhile`);
  return words.join('; ');
}

function candidateRow(candidate: RouteCandidate): string[] {
  return [
    candidate.endpoint,
    candidate.track,
    thousandths(candidate.score),
    `${Math.round(candidate.propensity * 100)} %`,
    milliseconds(candidate.firstTokenMs),
    candidate.loadMs === 0 ? '' : milliseconds(candidate.loadMs),
    fixed(candidate.tokensPerSecond, 0),
    usd(candidate.costNanoUsd === null ? null : candidate.costNanoUsd / 1e9),
    `${fixed(candidate.quality, 2)} +-${fixed(candidate.qualitySd, 2)}`,
    candidate.observations.toFixed(0),
  ];
}

function printParts(candidates: readonly RouteCandidate[]): void {
  console.log('\nScore in thousandths of a dollar, by its parts:');
  printTable(
    ['CANDIDATE', '>QUALITY', '>LATENCY', '>COST', '>ENERGY', '>PRESSURE', '>PREFERENCE', '>SUM'],
    candidates.map(({ endpoint, parts, score }) => [
      endpoint,
      thousandths(parts.quality),
      thousandths(parts.latency),
      thousandths(parts.cost),
      thousandths(parts.energy),
      thousandths(parts.pressure),
      thousandths(parts.preference),
      thousandths(score),
    ]),
  );
}

/** Nano-dollars as thousandths of a dollar. */
function thousandths(nanoUsd: number): string {
  return (nanoUsd / 1e6).toFixed(3);
}

function fixed(figure: number | null, digits: number): string {
  return figure === null ? '?' : figure.toFixed(digits);
}

function milliseconds(durationMs: number | null): string {
  if (durationMs === null) return '?';
  return durationMs < 1000 ? `${Math.round(durationMs)} ms` : `${(durationMs / 1000).toFixed(1)} s`;
}
