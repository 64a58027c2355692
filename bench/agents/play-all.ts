import type { ChatRequest } from '../../src-main/engine/protocols/chat-request.ts';
import type { Track } from '../../src-main/engine/routing/endpoint.ts';
import type { SimulatedTask } from '../simulation/simulated-task.ts';
import { Simulation } from '../simulation/simulation.ts';
import { Site } from '../simulation/site.ts';
import type { Contender } from './contenders.ts';
import { SessionPlayer, type PlayedSession } from './play-session.ts';
import { writeSessions } from './session-script.ts';
import { ROUTINE, STRONG_MODEL, WEAK_MODEL } from './world.ts';

/** Sessions at the same time. */
const PARALLEL = 3;
/** Ordinary requests before the first session, by turns to either model: nobody begins with an agent. */
const WARM_UP = 40;
const WARM_UP_EVERY_MS = 30_000;
const WARM_UP_TOKENS = 120;
const LONGEST_MS = 7 * 86_400_000;
const STEP_MS = 60_000;

/** Plays the twenty sessions of a seed with one contender. */
export function playAll(contender: Contender, seed: number): readonly PlayedSession[] {
  const site = new Site({ seed, models: [WEAK_MODEL, STRONG_MODEL] });
  const router = contender.createRouter(site);
  const simulation = new Simulation({ site, router });
  warmUp(simulation);
  const played: PlayedSession[] = [];
  const waiting = [...writeSessions(seed)];
  const count = waiting.length;
  const next = (): void => {
    const script = waiting.shift();
    if (script === undefined) return;
    const onEnd = (session: PlayedSession): void => {
      played.push(session);
      next();
    };
    new SessionPlayer({ simulation, script, onEnd }).start();
  };
  for (let place = 0; place < PARALLEL; place++) next();
  while (played.length < count) {
    const nowMs = site.clock.monotonicMs();
    if (nowMs > LONGEST_MS) throw new Error('the sessions do not come to an end');
    site.clock.runUntil(nowMs + STEP_MS);
  }
  router.stop();
  return played;
}

function warmUp(simulation: Simulation): void {
  const { clock } = simulation.site;
  for (let number = 0; number < WARM_UP; number++) {
    clock.runUntil(number * WARM_UP_EVERY_MS);
    simulation.submit(warmUpTask(number, number % 2 === 0 ? 'local' : 'cloud'));
  }
  clock.runUntil(WARM_UP * WARM_UP_EVERY_MS);
}

/** From short questions to some thousand tokens of pasted code. */
function warmUpTask(number: number, track: Track): SimulatedTask {
  const text = `Explain part ${number}.\n${'const total = sum(entries); '.repeat(20 * (1 + (number % 10) ** 2))}`;
  const messages: ChatRequest['messages'] = [{ role: 'user', parts: [{ type: 'text', text }] }];
  return {
    id: `warm-up-${number}`,
    app: 'editor',
    request: { model: 'pointsman/auto', mode: 'chat', messages, stream: true },
    pins: { track },
    promptTokens: Math.ceil(text.length / 4),
    conversation: null,
    hasPerson: false,
    kind: 'code',
    difficulty: ROUTINE,
    answerTokens: WARM_UP_TOKENS,
  };
}
