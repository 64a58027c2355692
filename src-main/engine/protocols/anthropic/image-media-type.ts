import type { ImageSource } from '../chat-request.ts';

/** First base64 characters of the formats that Anthropic reads. */
const MAGIC: readonly [prefix: string, mediaType: string][] = [
  ['/9j/', 'image/jpeg'],
  ['iVBORw0KGgo', 'image/png'],
  ['R0lGOD', 'image/gif'],
  ['UklGR', 'image/webp'],
];

/** The media type that was told, or else the one that the first bytes show; undefined when neither is known. */
export function imageMediaType(source: Extract<ImageSource, { kind: 'base64' }>): string | undefined {
  return source.mediaType ?? MAGIC.find(([prefix]) => source.data.startsWith(prefix))?.[1];
}
