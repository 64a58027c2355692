import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { drawIcons } from '../../scripts/icons/draw-icons.ts';
import { readPixels, renderPixels } from '../../scripts/icons/render-svg.ts';
import { glyphSvg, PANELS, PANEL_TINTS, TEMPLATE_TINTS } from '../../scripts/icons/tray-glyphs.ts';
import { iconFile } from '../../src-main/desktop/icon-file.ts';
import { TRAY_ICONS, type TrayIcon } from '../../src-shared/house.ts';
import { blend, contrast, type Colour } from '../support/contrast.ts';

const RESOURCES = join(import.meta.dirname, '../../resources');
const ICONS = join(RESOURCES, 'icons');
const sources = {
  app: readFileSync(join(ICONS, 'pointsman.svg'), 'utf8'),
  tray: readFileSync(join(ICONS, 'tray.svg'), 'utf8'),
};
const PANEL_NAMES = ['on-dark', 'on-light'] as const;
const PAIRS = TRAY_ICONS.flatMap((a, index) => TRAY_ICONS.slice(index + 1).map((b): [TrayIcon, TrayIcon] => [a, b]));

/** Another processor may round the last bit of a colour in another way. */
const ROUNDING = 2;
/** Two states differ in at least this many of the 256 pixels, by at least half of what a pixel can differ. */
const LEAST_DIFFERENT_PIXELS = 12;
const HALF = 128;

let drawn: Map<string, Buffer>;
beforeAll(async () => {
  drawn = await drawIcons(sources);
});

test('drawing twice gives the same bytes', async () => {
  const again = await drawIcons(sources);
  expect([...again].filter(([name, bytes]) => drawn.get(name)?.equals(bytes) !== true)).toEqual([]);
});

test('every icon that is kept is what the drawings give', () => {
  const kept = readdirSync(ICONS, { recursive: true, encoding: 'utf8' }).filter((name) =>
    /\.(png|ico|icns)$/.test(name),
  );
  expect(kept.map((name) => name.replaceAll('\\', '/')).sort()).toEqual([...drawn.keys()].sort());
  for (const [name, bytes] of drawn) {
    const file = readFileSync(join(ICONS, name));
    if (name.endsWith('.png'))
      expect(farthest(readPixels(file).pixels, readPixels(bytes).pixels), name).toBeLessThanOrEqual(ROUNDING);
    else expect(Math.abs(file.length - bytes.length) / bytes.length, name).toBeLessThan(0.02);
  }
});

test('every icon is as large as its name says', () => {
  const wrong = [...drawn].filter(([name, bytes]) => {
    const size = /(\d+)\.png$/.exec(name)?.[1] ?? (name.endsWith('@2x.png') ? '32' : '16');
    if (!name.endsWith('.png')) return false;
    const { width, height } = readPixels(bytes);
    return width !== Number(size) || height !== Number(size);
  });
  expect(wrong.map(([name]) => name)).toEqual([]);
});

test('the file of every state, system, panel and density is there', () => {
  const files = TRAY_ICONS.flatMap((icon) =>
    (['darwin', 'win32', 'linux', 'freebsd'] as const).flatMap((platform) =>
      [true, false].flatMap((dark) =>
        [0.75, 1, 1.25, 1.5, 2, 3].map((scale) => iconFile({ icon, platform, dark, scale })),
      ),
    ),
  );
  expect(files.filter((file) => !existsSync(join(RESOURCES, file)))).toEqual([]);
  expect(existsSync(join(ICONS, 'tray/mac/idleTemplate@2x.png'))).toBe(true);
});

test('a panel of Linux gets the smallest picture that is large enough', () => {
  const at = (scale?: number) =>
    iconFile({ icon: 'local', platform: 'linux', dark: true, ...(scale === undefined ? {} : { scale }) });
  expect(at()).toBe('icons/tray/on-dark/local-22.png');
  expect(at(1.25)).toBe('icons/tray/on-dark/local-32.png');
  expect(at(2)).toBe('icons/tray/on-dark/local-48.png');
  expect(at(4)).toBe('icons/tray/on-dark/local-48.png');
  expect(iconFile({ icon: 'both', platform: 'linux', dark: false })).toBe('icons/tray/on-light/both-22.png');
});

test('a template is black and transparency only', () => {
  for (const [name, bytes] of drawn) {
    if (!name.includes('Template')) continue;
    const colours = colourBytes(readPixels(bytes).pixels);
    expect(Math.max(...colours), name).toBe(0);
  }
});

test.each(PAIRS)('as templates, %s and %s cannot be mistaken for each other at 16 pixels', (a, b) => {
  expect(differentPixels(glyph(a, TEMPLATE_TINTS), glyph(b, TEMPLATE_TINTS))).toBeGreaterThanOrEqual(
    LEAST_DIFFERENT_PIXELS,
  );
});

test.each(PANEL_NAMES)('%s no two states look alike at 16 pixels', (panel) => {
  const counts = PAIRS.map(([a, b]) => differentPixels(glyph(a, PANEL_TINTS[panel]), glyph(b, PANEL_TINTS[panel])));
  expect(Math.min(...counts)).toBeGreaterThanOrEqual(LEAST_DIFFERENT_PIXELS);
});

test.each(PANEL_NAMES)('%s every colour keeps a contrast of 3:1 against every panel', (panel) => {
  for (const tint of Object.values(PANEL_TINTS[panel])) {
    for (const background of PANELS[panel])
      expect(contrast(parse(tint), parse(background)), `${tint} ${background}`).toBeGreaterThanOrEqual(3);
  }
});

test.each(PANEL_NAMES)('%s most of what is drawn at 16 pixels keeps a contrast of 3:1 after smoothing', (panel) => {
  for (const icon of TRAY_ICONS) {
    const pixels = glyph(icon, PANEL_TINTS[panel]);
    for (const background of PANELS[panel].map(parse)) {
      const inked = fourBytes(pixels).filter(({ alpha }) => alpha > 0.25);
      const clear = inked.filter((pixel) => contrast(blend(pixel, background), background) >= 3);
      expect(clear.length, icon).toBeGreaterThanOrEqual(24);
      expect(clear.length / inked.length, icon).toBeGreaterThan(0.6);
    }
  }
});

test('the Apple icon says its own length and holds the eight sizes that the system asks for', () => {
  const icns = drawn.get('app/pointsman.icns') ?? Buffer.alloc(0);
  expect(icns.toString('latin1', 0, 4)).toBe('icns');
  expect(icns.readUInt32BE(4)).toBe(icns.length);
  const widths: number[] = [];
  for (let at = 8; at < icns.length; at += icns.readUInt32BE(at + 4))
    widths.push(readPixels(icns.subarray(at + 8)).width);
  expect(widths).toEqual([32, 64, 128, 256, 256, 512, 512, 1024]);
});

test('the Windows icons hold their sizes', () => {
  const sizes = (name: string) => {
    const ico = drawn.get(name) ?? Buffer.alloc(6);
    return Array.from({ length: ico.readUInt16LE(4) }, (_, index) => ico.readUInt8(6 + 16 * index) || 256);
  };
  expect(sizes('app/pointsman.ico')).toEqual([16, 24, 32, 48, 64, 256]);
  expect(sizes('tray/on-dark/idle.ico')).toEqual([16, 20, 24, 32, 48]);
});

function glyph(icon: TrayIcon, tints: typeof TEMPLATE_TINTS): Buffer {
  return renderPixels({ svg: glyphSvg({ source: sources.tray, icon, tints }), width: 16 });
}

function farthest(a: Buffer, b: Buffer): number {
  expect(a.length).toBe(b.length);
  return a.reduce((most, value, index) => Math.max(most, Math.abs(value - (b[index] ?? 0))), 0);
}

function colourBytes(pixels: Buffer): number[] {
  return [...pixels].filter((_, index) => index % 4 !== 3);
}

function differentPixels(a: Buffer, b: Buffer): number {
  let count = 0;
  for (let at = 0; at < a.length; at += 4) {
    if ([0, 1, 2, 3].some((channel) => Math.abs((a[at + channel] ?? 0) - (b[at + channel] ?? 0)) >= HALF)) count++;
  }
  return count;
}

/** Colours without the alpha that the renderer multiplies in. */
function fourBytes(pixels: Buffer): (Colour & { alpha: number })[] {
  return Array.from({ length: pixels.length / 4 }, (_, index) => {
    const [red = 0, green = 0, blue = 0, alpha = 0] = pixels.subarray(index * 4, index * 4 + 4);
    const share = alpha === 0 ? 0 : 255 / alpha;
    return { red: red * share, green: green * share, blue: blue * share, alpha: alpha / 255 };
  });
}

function parse(hex: string): Colour {
  const value = Number.parseInt(hex.slice(1), 16);
  return { red: value >> 16, green: (value >> 8) & 255, blue: value & 255 };
}
