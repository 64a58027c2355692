import { expect, test } from 'vitest';
import { LiveScreen } from '../../src-main/demo/show/live-screen.ts';

class PaperTerminal {
  readonly columns = 80;
  readonly rows = 24;
  written: string[] = [];

  write(text: string): void {
    this.written.push(text);
  }
}

const HIDE_CURSOR = '\u001b[?25l';
const SHOW_CURSOR = '\u001b[?25h';

test('a frame is drawn over the one before, in one write, and not again when nothing changed', () => {
  const terminal = new PaperTerminal();
  const screen = new LiveScreen(terminal);
  screen.enter();
  screen.draw(['one', 'two']);
  screen.draw(['one', 'two']);
  screen.draw(['one', 'three']);
  expect(terminal.written).toHaveLength(3);
  expect(terminal.written[2]).toBe('\u001b[Hone\u001b[K\r\nthree\u001b[K\u001b[J');
});

test('the cursor is hidden while it is drawn, and back afterwards, once', () => {
  const terminal = new PaperTerminal();
  const screen = new LiveScreen(terminal);
  screen.enter();
  screen.leave();
  screen.leave();
  expect(terminal.written.join('')).toBe(`\u001b[?1049h${HIDE_CURSOR}${SHOW_CURSOR}\u001b[?1049l`);
});

test('nothing is drawn before it is entered or after it is left', () => {
  const terminal = new PaperTerminal();
  const screen = new LiveScreen(terminal);
  screen.draw(['early']);
  screen.leave();
  screen.enter();
  screen.leave();
  screen.draw(['late']);
  expect(terminal.written.join('')).not.toMatch(/early|late/u);
});
