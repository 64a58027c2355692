/** The first bytes of each kind; RIFF is a container that others use too, so that WebP is told by what follows. */
const SIGNATURES: readonly [RegExp, ImageType][] = [
  [/^\xff\xd8\xff/, 'image/jpeg'],
  [/^\x89PNG\r\n\x1a\n/, 'image/png'],
  [/^GIF8[79]a/, 'image/gif'],
  [/^RIFF[^]{4}WEBP/, 'image/webp'],
];

/** The kinds of images that models take. */
export type ImageType = 'image/jpeg' | 'image/png' | 'image/gif' | 'image/webp';

/** The kind of an image by its first bytes (WHATWG MIME Sniffing §6.1); null for anything else. */
export function sniffImage(bytes: Buffer): ImageType | null {
  const start = bytes.toString('latin1', 0, 12);
  return SIGNATURES.find(([pattern]) => pattern.test(start))?.[1] ?? null;
}

/** True for the content types of these kinds; `image/jpg` is a common misspelling. */
export function isImageType(contentType: string): boolean {
  return /^image\/(?:jpe?g|png|gif|webp)\s*(?:;|$)/i.test(contentType.trim());
}
