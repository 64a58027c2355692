import type { Scene } from '../scenes/scene.ts';
import type { ShowBoard } from './show-board.ts';
import { createStage, type StageParts } from './stage.ts';
import { watchReadings } from './watch-readings.ts';

export interface ShowOptions extends StageParts {
  board: ShowBoard;
  scenes: readonly Scene[];
  /** Told before each scene begins. */
  onScene: (scene: Scene, number: number) => void;
}

/** Plays the scenes one after the other. Resolves with true at the end and false when it was stopped; rejects when it breaks. */
export async function runShow(options: ShowOptions): Promise<boolean> {
  const { board, scenes, signal, clock } = options;
  const stage = createStage(options);
  const over = new AbortController();
  const watching = watchReadings({
    clock,
    control: stage.control,
    signal: AbortSignal.any([signal, over.signal]),
    onReadings: (readings) => board.read(readings),
  });
  try {
    for (const [place, scene] of scenes.entries()) {
      const { title, watch } = scene;
      board.beginScene({ number: place + 1, of: scenes.length, title, watch });
      options.onScene(scene, place + 1);
      await scene.play(stage);
    }
    return true;
  } catch (error) {
    if (signal.aborted) return false;
    throw error;
  } finally {
    over.abort();
    await watching;
  }
}
