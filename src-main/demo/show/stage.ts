import type { Clock } from '../../engine/ports.ts';
import type { Questions } from '../questions.ts';
import type { ScriptedMachine } from '../scripted-machine.ts';
import type { SimulatedEngines } from '../start-simulated-engines.ts';
import { wait } from '../wait.ts';
import { askOnStage } from './ask-on-stage.ts';
import type { Asking } from './asking.ts';
import { createControlCalls, type ControlCalls, type Gateway } from './control-calls.ts';
import type { ShowBoard } from './show-board.ts';
import type { ShownRequest } from './show-state.ts';

/** What a scene works with. Everything rejects as soon as the show is stopped. */
export interface Stage {
  readonly control: ControlCalls;
  readonly engines: SimulatedEngines;
  readonly machine: ScriptedMachine;
  readonly questions: Questions;
  /** What happens meanwhile is shown under this label. */
  act(label: string, play: () => Promise<void>): Promise<void>;
  /** Adds a sentence to the act. */
  note(sentence: string): void;
  /** Sends a request, waits for its answer and its record, and judges it. */
  ask(asking: Asking): Promise<ShownRequest>;
  /** Sends requests at a pace, several at a time, and waits for the last answer. */
  flow(traffic: {
    everyMs: number;
    times: number;
    next: (place: number) => readonly Asking[];
  }): Promise<ShownRequest[]>;
  pause(durationMs: number): Promise<void>;
  /** Looks every 100 ms until it is so; false when it has not become so in time. */
  until(isSo: () => Promise<boolean>, withinMs: number): Promise<boolean>;
}

export interface StageParts extends Gateway {
  clock: Clock;
  board: ShowBoard;
  engines: SimulatedEngines;
  machine: ScriptedMachine;
  questions: Questions;
}

const BETWEEN_LOOKS_MS = 100;

export function createStage(parts: StageParts): Stage {
  const { clock, board, signal, engines, machine, questions } = parts;
  const control = createControlCalls(parts);
  let number = 0;
  const ask = (asking: Asking): Promise<ShownRequest> =>
    askOnStage({ ...parts, control, number: (number += 1) }, asking);
  const pause = async (durationMs: number): Promise<void> => {
    await wait(clock, durationMs, signal);
    signal.throwIfAborted();
  };
  return {
    control,
    engines,
    machine,
    questions,
    async act(label, play) {
      board.beginAct(label);
      await play();
      board.endAct();
    },
    note: (sentence) => board.note(sentence),
    ask,
    async flow({ everyMs, times, next }) {
      const asked: Promise<ShownRequest>[] = [];
      for (let place = 0; place < times; place += 1) {
        if (place > 0) await pause(everyMs);
        for (const asking of next(place)) asked.push(watched(ask(asking)));
      }
      return Promise.all(asked);
    },
    pause,
    async until(isSo, withinMs) {
      const endMs = clock.monotonicMs() + withinMs;
      while (!(await isSo())) {
        if (clock.monotonicMs() >= endMs) return false;
        await pause(BETWEEN_LOOKS_MS);
      }
      return true;
    },
  };
}

/** Whoever stops waiting in the middle must not leave a rejection that nobody hears: Node would end the process. */
function watched<Value>(promise: Promise<Value>): Promise<Value> {
  promise.catch(() => undefined);
  return promise;
}
