import { Resvg } from '@resvg/resvg-js';

/** Draws an SVG without text `width` pixels wide, as PNG bytes. The same input gives the same bytes. */
export function renderSvg(options: { svg: string; width: number }): Buffer {
  return render(options).asPng();
}

/** The same as its pixels: red, green, blue and alpha of each, colours already multiplied by alpha. */
export function renderPixels(options: { svg: string; width: number }): Buffer {
  return render(options).pixels;
}

/** The pixels of a PNG as `renderPixels` gives them. */
export function readPixels(png: Uint8Array): { width: number; height: number; pixels: Buffer } {
  const { width, height } = readPngSize(png);
  const href = `data:image/png;base64,${Buffer.from(png).toString('base64')}`;
  const image = `<image href="${href}" width="${width}" height="${height}" image-rendering="optimizeSpeed"/>`;
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}">${image}</svg>`;
  return { width, height, pixels: renderPixels({ svg, width }) };
}

function render({ svg, width }: { svg: string; width: number }) {
  return new Resvg(svg, { fitTo: { mode: 'width', value: width }, font: { loadSystemFonts: false } }).render();
}

/** From the header chunk, which every PNG begins with (PNG specification, 11.2.1). */
function readPngSize(png: Uint8Array): { width: number; height: number } {
  const view = new DataView(png.buffer, png.byteOffset, png.byteLength);
  return { width: view.getUint32(16), height: view.getUint32(20) };
}
