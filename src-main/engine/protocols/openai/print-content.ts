import type { ChatPart, ImagePart, ImageSource } from '../chat-request.ts';
import type { JsonObject, JsonValue } from '../json.ts';

/** Prints parts as `content`: one text as a string, anything else as an array of parts. */
export function printContent(parts: readonly ChatPart[]): JsonValue {
  const [only] = parts;
  if (only === undefined) return '';
  if (parts.length === 1 && only.type === 'text') return only.text;
  return parts.map(printPart).filter((part) => part !== null);
}

/** An image as a content part. */
export function printImage(part: ImagePart): JsonObject {
  return { type: 'image_url', image_url: { url: toImageUrl(part.source) } };
}

function printPart(part: ChatPart): JsonObject | null {
  if (part.type === 'text') return { type: 'text', text: part.text };
  if (part.type === 'image') return printImage(part);
  return part.type === 'opaque' ? part.value : null;
}

function toImageUrl(source: ImageSource): string {
  if (source.kind === 'url') return source.url;
  return `data:${source.mediaType ?? guessMediaType(source.data)};base64,${source.data}`;
}

/** The first bytes of the four formats that vision models take, in base64. */
const SIGNATURES = { iVBOR: 'image/png', '/9j/': 'image/jpeg', R0lGOD: 'image/gif', UklGR: 'image/webp' };

function guessMediaType(base64: string): string {
  const found = Object.entries(SIGNATURES).find(([signature]) => base64.startsWith(signature));
  return found?.[1] ?? 'image/png';
}
