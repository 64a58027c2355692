import type { AnswerSigns } from '../learning/answer-signs.ts';
import type { RequestResult } from './request-report.ts';

/** What is known of an answer's quality, 0 to 1; `weight`: how much it tells, 1 for a person's own word. */
export interface Evidence {
  quality: number;
  weight: number;
  /** In a word, for the record. */
  signal: string;
}

/** A client that hangs up this soon after the first content did not like what it saw; later it may just have enough. */
const EARLY_HANG_UP_MS = 1_500;

type Sign = keyof AnswerSigns;

/**
 * What each sign says of the answer. The order is that of looking: the first that holds speaks. Weights are modest: a
 * refusal may be right, and a client's schema may be wrong.
 */
const SIGNS: readonly { sign: Sign; evidence: Evidence }[] = [
  { sign: 'empty', evidence: { quality: 0, weight: 1, signal: 'empty' } },
  { sign: 'invalidJson', evidence: { quality: 0, weight: 1, signal: 'invalid_json' } },
  { sign: 'invalidToolCall', evidence: { quality: 0.1, weight: 1, signal: 'invalid_tool_call' } },
  { sign: 'refusal', evidence: { quality: 0.2, weight: 0.5, signal: 'refusal' } },
  { sign: 'truncated', evidence: { quality: 0.3, weight: 0.5, signal: 'truncated' } },
];

/** Structure that was asked for and is right says more than the absence of complaints. */
const WELL_FORMED: Evidence = { quality: 0.9, weight: 0.3, signal: 'well_formed' };
/** Nobody complained, which is what most good answers look like from here. */
const UNREMARKABLE: Evidence = { quality: 0.85, weight: 0.08, signal: 'unremarkable' };
/** Said later, of an earlier answer. */
export const ASKED_AGAIN: Evidence = { quality: 0.2, weight: 0.4, signal: 'asked_again' };
export const STUCK: Evidence = { quality: 0.1, weight: 0.6, signal: 'stuck' };

const HUNG_UP_EARLY: Evidence = { quality: 0.3, weight: 0.2, signal: 'hung_up_early' };

/** By the word of the record. */
const BY_SIGNAL = new Map(
  [...SIGNS.map(({ evidence }) => evidence), WELL_FORMED, UNREMARKABLE, HUNG_UP_EARLY].map((each) => [
    each.signal,
    each,
  ]),
);

/** What a record's signal stands for; null: it is unknown here. */
export function evidenceOfSignal(signal: string): Evidence | null {
  return BY_SIGNAL.get(signal) ?? null;
}

/** What an answer tells of its own quality; null: nothing, because there was none or it was broken off from outside. */
export function toEvidence(result: RequestResult, success: boolean, errorType: string | null): Evidence | null {
  if (result.answeredBy === null) return null;
  if (errorType === 'cancelled') return hangUp(result);
  const { signs } = result;
  for (const { sign, evidence } of SIGNS) if (signs?.[sign] === true) return evidence;
  if (!success) return null;
  return signs !== null && (signs.invalidJson === false || signs.invalidToolCall === false)
    ? WELL_FORMED
    : UNREMARKABLE;
}

/** Waiting too long is told by the latency; leaving just after the first words is told here. */
function hangUp({ firstTokenMs, durationMs, stream }: RequestResult): Evidence | null {
  if (!stream || firstTokenMs === null || durationMs - firstTokenMs > EARLY_HANG_UP_MS) return null;
  return HUNG_UP_EARLY;
}
