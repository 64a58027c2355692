import type { JsonValue } from '../../protocols/json.ts';
import type { Endpoint } from '../../routing/endpoint.ts';
import type { JobResult, JobWork } from '../job-kind.ts';
import type { KeptPrompt } from '../kept/kept-prompts.ts';
import { toAnswer, type Answer } from './compare/answer-of.ts';
import type { ControlRecord } from './judge/judgement.ts';
import { printAnswer } from './judge/judge-question.ts';
import { judgePair } from './judge/judge-pair.ts';
import { makeControl, type Control } from './judge/make-control.ts';
import { parseSealed } from './parse-sealed.ts';
import { controlKey, type ShadowBook } from './shadow-book.ts';
import type { ShadowParts } from './shadow-parts.ts';

/** Prompts that are looked at before it is said that none lends itself. */
const MOST_TRIES = 12;

interface Chosen extends Control {
  prompt: KeptPrompt;
  /** Of all texts that the question is made of. */
  mayLeave: boolean;
  key: string;
}

/**
 * Asks a judge about two answers whose worth is known without it: real ones that were compared exactly, or ones made for it.
 * null: there is nothing to ask about, or it cannot be asked.
 */
export async function askAboutControl(
  parts: ShadowParts,
  { judge, mostNanoUsd }: { judge: Endpoint; mostNanoUsd: number },
  work: JobWork,
): Promise<JobResult[] | null> {
  const control = await chooseControl(parts, judge, work);
  if (control === null) return null;
  const { prompt, other, truth, kind, key, mayLeave } = control;
  const { request, requestId } = prompt;
  const pair = { request, accepted: toAnswer(prompt.answer, prompt), other, mayLeave };
  const look = await judgePair(work, { judge, pair, mostNanoUsd });
  if (look.kind === 'unanswered') return null;
  const { kind: _, ...judgement } = look;
  const value: ControlRecord & JsonValue = { ...judgement, judge: judge.id, kind, truth };
  return [{ key, value, requestId }];
}

/** The truth of which fewer controls were asked; every other one a real answer, where there is one. */
async function chooseControl(parts: ShadowParts, judge: Endpoint, work: JobWork): Promise<Chosen | null> {
  const { book } = parts;
  const asked = book.controlsOf(judge.id);
  const good = asked.filter(({ truth }) => truth).length;
  const wanted = good * 2 <= asked.length;
  const real =
    Math.floor(asked.length / 2) % 2 === 0 ? await chooseChecked(parts, { judge, truth: wanted }, work) : null;
  return real ?? chooseMade(parts, { judge, truth: wanted, place: wanted ? good : asked.length - good }, work);
}

/** A local answer that was compared exactly, by another model than the judge, and not for a fault that anybody sees. */
async function chooseChecked(
  parts: ShadowParts,
  wanted: { judge: Endpoint; truth: boolean },
  work: JobWork,
): Promise<Chosen | null> {
  const { book, kept } = parts;
  const exact = wanted.truth ? 1 : 0;
  const pairs = book
    .sortedPairs()
    .filter((pair) => pair.exact === exact && pair.sealed !== null && pair.endpoint !== wanted.judge.id);
  for (const pair of shuffled(pairs, work.random).slice(0, MOST_TRIES)) {
    const { requestId } = pair;
    const key = controlKey({ requestId, judge: wanted.judge.id, what: `checked ${pair.endpoint}` });
    const prompt = book.hasControl(key) ? null : readFor(parts, requestId, wanted.judge);
    const other =
      prompt === null || pair.sealed === null ? null : parseSealed(kept.unseal(requestId, pair.sealed) ?? '');
    await work.breathe();
    // Of two answers that are alike to the letter no judge can tell which is which.
    if (prompt !== null && other !== null && printAnswer(other) !== printAnswer(answerOf(prompt))) {
      return { kind: 'checked', prompt, other, truth: wanted.truth, key, mayLeave: prompt.mayLeave };
    }
  }
  return null;
}

async function chooseMade(
  parts: ShadowParts,
  wanted: { judge: Endpoint; truth: boolean; place: number },
  work: JobWork,
): Promise<Chosen | null> {
  const { book } = parts;
  const ids = shuffled(measures(book), work.random);
  for (const [at, requestId] of ids.slice(0, MOST_TRIES).entries()) {
    const prompt = readFor(parts, requestId, wanted.judge);
    const unrelated = readFor(parts, ids[(at + 1) % ids.length] ?? '', wanted.judge);
    await work.breathe();
    const control =
      prompt === null
        ? null
        : makeControl({
            ...wanted,
            accepted: answerOf(prompt),
            unrelated: unrelated === null ? null : answerOf(unrelated),
            random: work.random,
          });
    if (prompt === null || control === null) continue;
    const key = controlKey({ requestId, judge: wanted.judge.id, what: control.kind });
    const mayLeave = prompt.mayLeave && (control.kind !== 'unrelated' || unrelated?.mayLeave === true);
    if (!book.hasControl(key)) return { ...control, prompt, key, mayLeave };
  }
  return null;
}

function readFor({ kept }: ShadowParts, requestId: string, judge: Endpoint): KeptPrompt | null {
  const prompt = kept.read(requestId);
  return prompt !== null && (judge.track === 'local' || prompt.mayLeave) ? prompt : null;
}

function answerOf(prompt: KeptPrompt): Answer {
  return toAnswer(prompt.answer, prompt);
}

function measures(book: ShadowBook): string[] {
  return [...book.seen.values()].flatMap(({ requestId, noMeasure }) => (noMeasure === null ? [requestId] : [])).sort();
}

/** Fisher and Yates. */
function shuffled<Item>(items: readonly Item[], random: () => number): Item[] {
  const list = [...items];
  for (let at = list.length - 1; at > 0; at -= 1) {
    const other = Math.floor(random() * (at + 1));
    const [one, two] = [list[at], list[other]];
    if (one !== undefined && two !== undefined) [list[at], list[other]] = [two, one];
  }
  return list;
}
