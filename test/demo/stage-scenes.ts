import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createQuestions } from '../../src-main/demo/questions.ts';
import { chooseScenes } from '../../src-main/demo/scenes/scenes.ts';
import { createSpedUpClock } from '../../src-main/demo/sped-up-clock.ts';
import { runShow } from '../../src-main/demo/show/run-show.ts';
import { ShowBoard } from '../../src-main/demo/show/show-board.ts';
import type { ShownAct, ShownRequest, ShowState } from '../../src-main/demo/show/show-state.ts';
import { startDemoGateway } from '../../src-main/demo/start-demo-gateway.ts';
import { systemClock } from '../../src-main/engine/system-ports.ts';
import { SilentLog } from '../support/silent-log.ts';

/** What a person saw of a scene. */
export interface SeenScene {
  acts: readonly ShownAct[];
  /** Requests of this scene in the order of their ends. */
  requests: readonly ShownRequest[];
  state: ShowState;
}

/** Everything in the demo lives by one clock, so a minute of it is over in seconds. */
const SPEED = 8;

const played = new Map<string, Promise<SeenScene>>();

/** Plays a scene, and before it those that it is built on, through the real engine. Once for each name and test file. */
export function stageScene(name: string): Promise<SeenScene> {
  const seen = played.get(name) ?? play(name);
  played.set(name, seen);
  return seen;
}

async function play(name: string): Promise<SeenScene> {
  const folder = mkdtempSync(join(tmpdir(), 'pointsman-show-'));
  const clock = createSpedUpClock(systemClock, SPEED);
  const gateway = await startDemoGateway({ clock, log: new SilentLog(), folder, port: 0, seed: 5 });
  let requests: ShownRequest[] = [];
  let acts: ShownAct[] = [];
  const board = new ShowBoard({ now: () => clock.monotonicMs(), onAct: (act) => acts.push(act) });
  const ended = board.ended.bind(board);
  board.ended = (request) => {
    requests.push(request);
    ended(request);
  };
  try {
    await runShow({
      clock,
      board,
      engines: gateway.engines,
      machine: gateway.machine,
      questions: createQuestions(),
      gatewayUrl: gateway.engine.addresses[0] ?? '',
      controlToken: gateway.engine.controlToken,
      signal: new AbortController().signal,
      scenes: chooseScenes(name),
      onScene() {
        requests = [];
        acts = [];
      },
    });
    return { acts, requests, state: board.state };
  } finally {
    await gateway.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

export function actOf({ acts }: SeenScene, label: string): ShownAct {
  const found = acts.find((act) => act.label.startsWith(label));
  if (found === undefined) throw new Error(`there was no act ${label}`);
  return found;
}

export function notesOf(act: ShownAct): string {
  return act.notes.join('\n');
}
