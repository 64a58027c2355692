import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { drawIcons } from './icons/draw-icons.ts';
import { drawSheet } from './icons/draw-sheet.ts';

/**
 * Makes every icon from the two drawings in `resources/icons`; what it writes is committed, so that nobody needs to run it
 * who does not change a drawing. With `--sheet FILE` it also writes one picture of all of them, to look at.
 */
const folder = fileURLToPath(new URL('../resources/icons/', import.meta.url));
const read = (name: string) => readFileSync(join(folder, name), 'utf8');
const icons = await drawIcons({ app: read('pointsman.svg'), tray: read('tray.svg') });
for (const [name, bytes] of icons) write(join(folder, name), bytes);
console.log(`${icons.size} icons written to ${folder}`);

const [flag, sheet] = process.argv.slice(2);
if (flag === '--sheet' && sheet !== undefined) {
  write(sheet, drawSheet(icons));
  console.log(`All of them in one picture: ${sheet}`);
}

function write(file: string, bytes: Uint8Array): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, bytes);
}
