import { COLOURED_SIZES } from '../../src-main/desktop/icon-file.ts';
import { TRAY_ICONS } from '../../src-shared/house.ts';
import { renderSvg } from './render-svg.ts';
import { PANELS } from './tray-glyphs.ts';

const CELL = 56;
const ZOOM = 6;

/** One picture with every tray glyph at its size on every panel, the 16 pixel ones magnified, and the app's icon. */
export function drawSheet(icons: ReadonlyMap<string, Buffer>): Buffer {
  const rows: string[] = [];
  let y = 0;
  const addRow = (background: string, height: number, images: string) => {
    rows.push(`<rect y="${y}" width="1400" height="${height}" fill="${background}"/><g transform="translate(0 ${y})">`);
    rows.push(`${images}</g>`);
    y += height;
  };
  for (const panel of ['on-dark', 'on-light'] as const) {
    const [, background = ''] = PANELS[panel];
    addRow(
      background,
      16 * ZOOM + 24,
      zoomed(icons, (icon) => `tray/${panel}/${icon}-16.png`),
    );
    for (const size of COLOURED_SIZES) {
      addRow(
        background,
        CELL,
        row((column) => [`tray/${panel}/${TRAY_ICONS[column] ?? ''}-${size}.png`, size], icons),
      );
    }
  }
  addRow(
    '#f6f6f6',
    16 * ZOOM + 24,
    zoomed(icons, (icon) => `tray/mac/${icon}Template.png`),
  );
  addRow(
    '#f6f6f6',
    CELL,
    row((column) => [`tray/mac/${TRAY_ICONS[column] ?? ''}Template@2x.png`, 32], icons),
  );
  addRow('#8a96a8', 300, appIcons(icons));
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1400 ${y}">${rows.join('')}</svg>`;
  return renderSvg({ svg, width: 1400 });
}

function row(of: (column: number) => [string, number], icons: ReadonlyMap<string, Buffer>): string {
  return TRAY_ICONS.map((_, column) => {
    const [file, size] = of(column);
    return image({ icons, file, x: 12 + column * 120, y: 4, size });
  }).join('');
}

function zoomed(icons: ReadonlyMap<string, Buffer>, file: (icon: string) => string): string {
  const size = 16 * ZOOM;
  return TRAY_ICONS.map((icon, column) =>
    image({ icons, file: file(icon), x: 12 + column * 120, y: 12, size, exact: true }),
  ).join('');
}

function appIcons(icons: ReadonlyMap<string, Buffer>): string {
  let x = 12;
  return [256, 128, 64, 48, 32, 24, 16]
    .map((size) => {
      const drawn = image({ icons, file: `app/${size}x${size}.png`, x, y: 12, size });
      x += size + 16;
      return drawn;
    })
    .concat(image({ icons, file: 'app/16x16.png', x: 760, y: 12, size: 160, exact: true }))
    .concat(image({ icons, file: 'app/32x32.png', x: 940, y: 12, size: 256, exact: true }))
    .join('');
}

function image(options: {
  icons: ReadonlyMap<string, Buffer>;
  file: string;
  x: number;
  y: number;
  size: number;
  /** Pixels stay squares when magnified. */
  exact?: boolean;
}): string {
  const bytes = options.icons.get(options.file);
  if (bytes === undefined) throw new Error(`No icon ${options.file}`);
  const href = `data:image/png;base64,${bytes.toString('base64')}`;
  const rendering = options.exact === true ? ' image-rendering="optimizeSpeed"' : '';
  const { x, y, size } = options;
  return `<image href="${href}" x="${x}" y="${y}" width="${size}" height="${size}"${rendering}/>`;
}
