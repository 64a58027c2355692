import { createSeededRandom } from '../../../src-main/demo/seeded-random.ts';
import { systemRandom } from '../../../src-main/engine/system-ports.ts';
import { UNKNOWN_USAGE } from '../../../src-main/engine/protocols/chat-event.ts';
import type { TaskKind } from '../../../src-main/engine/routing/request-profile.ts';
import { openStore } from '../../../src-main/engine/store/open-store.ts';
import type { CandidateRecord, RequestRecord } from '../../../src-main/engine/store/records.ts';
import { SilentLog } from '../../../test/support/silent-log.ts';
import { createSharedClock, type SharedTime } from '../shared-clock.ts';

const KINDS: readonly TaskKind[] = ['chat', 'code', 'write'];
const MINUTE_MS = 60_000;
const EXPLORED = 0.2;
const RATED = 0.6;

/**
 * Decisions of the past between two endpoints, the second of which is the better one, with what people said of the
 * answers: something to rank, to tidy and to learn from. For a folder whose engine does not run.
 */
export async function fillLog(options: {
  folder: string;
  time: SharedTime;
  count: number;
  endpoints: readonly [string, string];
}): Promise<void> {
  const { folder, time, count, endpoints } = options;
  const clock = createSharedClock(time);
  const log = new SilentLog();
  const opened = openStore({ folder, clock, random: systemRandom, log, platform: process.platform });
  if (!opened.ok) throw new Error(opened.message);
  const { store } = opened;
  const uniform = createSeededRandom('log', count);
  for (let place = 0; place < count; place += 1) {
    const startedAtMs = clock.nowMs() - (count - place) * MINUTE_MS;
    const isExplored = uniform() < EXPLORED;
    const [chosen, other] = isExplored ? [endpoints[1], endpoints[0]] : endpoints;
    const isGood = uniform() < (chosen === endpoints[1] ? 0.9 : 0.4);
    const requestId = `past-${String(place).padStart(6, '0')}`;
    const kind = KINDS[Math.floor(uniform() * KINDS.length)] ?? 'chat';
    store.writer.append(
      toRecord({ requestId, startedAtMs, kind, isExplored, chosen, candidates: [chosen, other].map(toCandidate) }),
    );
    const value = isGood ? 1 : 0;
    if (uniform() < RATED)
      store.writer.append({
        requestId,
        atMs: startedAtMs + 20_000,
        kind: 'user_rating',
        source: 'user',
        value,
        note: null,
      });
  }
  store.writer.flush();
  await store.close();
}

function toCandidate(endpointId: string, place: number): CandidateRecord {
  const score = place === 0 ? -1e6 : -2e6;
  return {
    ...{ endpointId, score, propensity: place === 0 ? 1 - EXPLORED : EXPLORED, firstTokenMs: 300, tokensPerSecond: 50 },
    ...{ quality: 0.6, qualitySd: 0.1, costNanoUsd: 0, energyJoules: 0 },
    parts: { quality: 0, latency: 0, cost: score, energy: 0, pressure: 0, preference: 0 },
  };
}

function toRecord(past: {
  requestId: string;
  startedAtMs: number;
  kind: TaskKind;
  isExplored: boolean;
  chosen: string;
  candidates: CandidateRecord[];
}): RequestRecord {
  const { requestId, startedAtMs, kind, isExplored, chosen, candidates } = past;
  const [providerId = '', model = ''] = chosen.split('/');
  const path = providerId === 'ollama' ? 'local' : 'cloud';
  return {
    ...{ id: requestId, startedAtMs, operation: 'openai-chat', app: 'Past', requestedModel: 'auto', stream: true },
    ...{ outcome: 'ok', status: 200, path, reason: 'of the past', failureCode: null, durationMs: 900 },
    ...{ firstContentMs: 300, overheadMs: 0.2, referenceNanoUsd: null, energyJoules: null },
    decision: {
      ...{ strategy: 'balanced', actsAs: 'balanced', kind, path: 'single', explored: isExplored, escalated: false },
      ...{ keptPrivate: null, answeredBy: chosen, reward: null, signal: 'unremarkable', refusals: [], candidates },
    },
    attempts: [
      {
        ...{ providerId, model, track: path, startedMs: 0.1, firstContentMs: 300, durationMs: 899, outcome: 'ok' },
        ...{ status: 200, failureCode: null, usage: { ...UNKNOWN_USAGE, inputTokens: 50, outputTokens: 30 } },
        ...{ usageEstimated: false, costNanoUsd: 0, price: null },
      },
    ],
  };
}
