import { wrap, type Paint } from '../demo-table.ts';
import type { Scene } from '../scenes/scene.ts';
import { LiveScreen, type Terminal } from './live-screen.ts';
import { printAct } from './print-act.ts';
import { LEAST_FRAME, renderShow } from './render-show.ts';
import { runShow } from './run-show.ts';
import { ShowBoard } from './show-board.ts';
import type { StageParts } from './stage.ts';

export interface PresentOptions extends Omit<StageParts, 'board'> {
  scenes: readonly Scene[];
  /** Takes one line at a time, without its line end. */
  print: (line: string) => void;
  /** Draw on it while the show runs; null: lines only. */
  terminal: Terminal | null;
  paint: Paint;
  unicode: boolean;
}

const REDRAW_MS = 100;
const INTRODUCTION = [
  'Pointsman demo. Both engines are SIMULATED: no real model is asked and nothing is paid. Battery and',
  'charger are SCRIPTED. The gateway between them is the real one; all that is shown is what it answered.',
];

/**
 * Plays the show: on a terminal as a live view, after which the same story is left there in lines; else the lines as they
 * come. Resolves with false when it was stopped.
 */
export async function presentShow(options: PresentOptions): Promise<boolean> {
  const { terminal, print } = options;
  if (terminal === null || terminal.columns < LEAST_FRAME.columns || terminal.rows < LEAST_FRAME.rows) {
    for (const line of INTRODUCTION) print(line);
    return play(options, print);
  }
  const story = [...INTRODUCTION];
  const screen = new LiveScreen(terminal);
  // However the process ends, the terminal gets its cursor back.
  const leave = (): void => screen.leave();
  process.once('exit', leave);
  screen.enter();
  try {
    return await play(
      options,
      (line) => story.push(line),
      (board) => drawing(board, screen, { ...options, terminal }),
    );
  } finally {
    leave();
    process.off('exit', leave);
    for (const line of story) print(line);
  }
}

async function play(
  options: PresentOptions,
  tell: (line: string) => void,
  show: (board: ShowBoard) => () => void = () => () => undefined,
): Promise<boolean> {
  const { clock, scenes, paint } = options;
  const board = new ShowBoard({
    now: () => clock.monotonicMs(),
    onAct: (act) => {
      for (const line of printAct(act)) tell(line);
    },
  });
  const stop = show(board);
  try {
    return await runShow({
      ...options,
      board,
      onScene({ title, watch }, number) {
        tell('');
        tell(paint('bold', `${number}/${scenes.length} ${title}`));
        for (const line of wrap(watch, '  ')) tell(line);
      },
    });
  } finally {
    stop();
  }
}

/** Draws now and again until it is told to stop. */
function drawing(board: ShowBoard, screen: LiveScreen, options: PresentOptions & { terminal: Terminal }): () => void {
  const { terminal, paint, unicode } = options;
  const draw = (): void => {
    const { columns, rows } = terminal;
    screen.draw(renderShow(board.state, { columns, rows, paint, unicode }));
  };
  draw();
  const timer = setInterval(draw, REDRAW_MS);
  return () => clearInterval(timer);
}
