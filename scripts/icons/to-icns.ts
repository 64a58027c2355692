/** Apple's type of each PNG in an .icns, by its size in pixels (a size may stand for another one at double density). */
const TYPES: readonly (readonly [type: string, size: number])[] = [
  ['ic11', 32],
  ['ic12', 64],
  ['ic07', 128],
  ['ic13', 256],
  ['ic08', 256],
  ['ic14', 512],
  ['ic09', 512],
  ['ic10', 1024],
];

const HEADER_BYTES = 8;

/** An Apple icon from PNGs: each is an entry of a four-letter type, its length with header, and the PNG itself. */
export function toIcns(png: (size: number) => Buffer): Buffer {
  const entries = TYPES.map(([type, size]) => withHeader(type, png(size)));
  return withHeader('icns', Buffer.concat(entries));
}

function withHeader(type: string, content: Buffer): Buffer {
  const header = Buffer.alloc(HEADER_BYTES);
  header.write(type, 'latin1');
  header.writeUInt32BE(HEADER_BYTES + content.length, 4);
  return Buffer.concat([header, content]);
}
