/** The part of a terminal that is needed; `process.stdout` is one. */
export interface Terminal {
  readonly columns: number;
  readonly rows: number;
  write(text: string): unknown;
}

/** ECMA-48 and xterm: another screen, no cursor; later the cursor and the screen from before. */
const ENTER = '\u001b[?1049h\u001b[?25l';
const LEAVE = '\u001b[?25h\u001b[?1049l';
const HOME = '\u001b[H';
const CLEAR_LINE = '\u001b[K';
const CLEAR_BELOW = '\u001b[J';

/**
 * A screen of its own that is drawn over in place. What stood on the terminal before is back after `leave`, which may be
 * called more than once.
 */
export class LiveScreen {
  readonly #terminal: Terminal;
  #isEntered = false;
  #shown = '';

  constructor(terminal: Terminal) {
    this.#terminal = terminal;
  }

  enter(): void {
    if (this.#isEntered) return;
    this.#isEntered = true;
    this.#terminal.write(ENTER);
  }

  /** In one write, so that no half frame is seen; the same frame again is not written. */
  draw(lines: readonly string[]): void {
    if (!this.#isEntered) return;
    const frame = `${HOME}${lines.map((line) => line + CLEAR_LINE).join('\r\n')}${CLEAR_BELOW}`;
    if (frame === this.#shown) return;
    this.#shown = frame;
    this.#terminal.write(frame);
  }

  leave(): void {
    if (!this.#isEntered) return;
    this.#isEntered = false;
    this.#shown = '';
    this.#terminal.write(LEAVE);
  }
}
