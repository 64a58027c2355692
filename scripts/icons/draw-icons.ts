import pngToIco from 'png-to-ico';
import { COLOURED_SIZES } from '../../src-main/desktop/icon-file.ts';
import { TRAY_ICONS } from '../../src-shared/house.ts';
import { renderSvg } from './render-svg.ts';
import { toIcns } from './to-icns.ts';
import { glyphSvg, PANEL_TINTS, TEMPLATE_TINTS } from './tray-glyphs.ts';

/** The two drawings that every icon is made from. */
export interface IconSources {
  app: string;
  tray: string;
}

const APP_SIZES = [16, 24, 32, 48, 64, 128, 256, 512, 1024];
const APP_ICO_SIZES = [16, 24, 32, 48, 64, 256];
const TRAY_ICO_SIZES = [16, 20, 24, 32, 48];
const PANELS = ['on-dark', 'on-light'] as const;

/** Every icon file by its path below `resources/icons`. */
export async function drawIcons(sources: IconSources): Promise<Map<string, Buffer>> {
  return new Map([
    ...(await drawApp(sources.app)),
    ...drawTemplates(sources.tray),
    ...(await drawPanels(sources.tray)),
  ]);
}

/** Apple's grid leaves a margin around the plate, which other systems would only show as a smaller icon. */
async function drawApp(svg: string): Promise<[string, Buffer][]> {
  const full = svg.replace('viewBox="0 0 1024 1024"', 'viewBox="92 92 840 840"');
  const pngs = APP_SIZES.map((width): [string, Buffer] => [
    `app/${width}x${width}.png`,
    renderSvg({ svg: full, width }),
  ]);
  const ico = await pngToIco(APP_ICO_SIZES.map((width) => renderSvg({ svg: full, width })));
  return [...pngs, ['app/pointsman.ico', ico], ['app/pointsman.icns', toIcns((width) => renderSvg({ svg, width }))]];
}

function drawTemplates(source: string): [string, Buffer][] {
  return TRAY_ICONS.flatMap((icon): [string, Buffer][] => {
    const svg = glyphSvg({ source, icon, tints: TEMPLATE_TINTS });
    return [
      [`tray/mac/${icon}Template.png`, renderSvg({ svg, width: 16 })],
      [`tray/mac/${icon}Template@2x.png`, renderSvg({ svg, width: 32 })],
    ];
  });
}

async function drawPanels(source: string): Promise<[string, Buffer][]> {
  const files: [string, Buffer][] = [];
  for (const panel of PANELS) {
    for (const icon of TRAY_ICONS) {
      const svg = glyphSvg({ source, icon, tints: PANEL_TINTS[panel] });
      for (const width of COLOURED_SIZES) files.push([`tray/${panel}/${icon}-${width}.png`, renderSvg({ svg, width })]);
      const ico = await pngToIco(TRAY_ICO_SIZES.map((width) => renderSvg({ svg, width })));
      files.push([`tray/${panel}/${icon}.ico`, ico]);
    }
  }
  return files;
}
