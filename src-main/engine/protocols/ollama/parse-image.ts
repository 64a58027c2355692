import type { ImagePart } from '../chat-request.ts';
import { mismatch } from '../fields.ts';
import type { JsonValue } from '../json.ts';

const DATA_URL = /^data:([^;,]*)[^,]*,/;

/**
 * Reads one entry of `images`. Ollama's form is bare base64; a `data:` URL that a client sends by mistake loses its
 * prefix (Ollama would call it "illegal base64 data at input byte 4"), a web address stays one.
 */
export function parseImage(value: JsonValue, path: string): ImagePart {
  if (typeof value !== 'string') throw mismatch(path, 'a base64 string', value);
  if (/^https?:\/\//i.test(value)) return { type: 'image', source: { kind: 'url', url: value } };
  const prefix = DATA_URL.exec(value);
  if (prefix === null) return { type: 'image', source: { kind: 'base64', data: value } };
  const data = value.slice(prefix[0].length);
  const mediaType = prefix[1] ?? '';
  return { type: 'image', source: mediaType === '' ? { kind: 'base64', data } : { kind: 'base64', data, mediaType } };
}
