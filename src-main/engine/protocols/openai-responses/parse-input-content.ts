import type { ChatPart } from '../chat-request.ts';
import { Fields, mismatch } from '../fields.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../json.ts';

/** Reads the content of a message item or the output of a call: a string, or parts. */
export function parseInputContent(value: JsonValue | undefined, path: string): ChatPart[] {
  if (typeof value === 'string') return [{ type: 'text', text: value }];
  if (!Array.isArray(value)) throw mismatch(path, 'a string or an array of content parts', value);
  return value.map((part, index) => parsePart(part, `${path}[${index}]`));
}

/**
 * Parts without a word in our form become opaque in the shape of chat completions where that has one (files, audio),
 * so that a chat server can still take them.
 */
function parsePart(value: JsonValue, path: string): ChatPart {
  const part = Fields.of(value, path);
  const type = part.requiredString('type');
  switch (type) {
    case 'input_text':
    case 'output_text':
    case 'text':
      return { type: 'text', text: part.requiredString('text') };
    case 'refusal':
      return { type: 'text', text: part.requiredString('refusal') };
    case 'input_image':
      return parseImage(part) ?? opaque(type, isJsonObject(value) ? value : {});
    case 'input_file': {
      const { type: _type, ...file } = isJsonObject(value) ? value : {};
      const isChatFile = file.file_url === undefined || file.file_url === null;
      return isChatFile ? opaque('file', { type: 'file', file }) : opaque(type, { type, ...file });
    }
    default:
      return opaque(type, isJsonObject(value) ? value : {});
  }
}

function opaque(kind: string, value: JsonObject): ChatPart {
  return { type: 'opaque', protocol: 'openai', kind, value };
}

/** undefined: an uploaded file, which only its own provider can resolve. */
function parseImage(part: Fields): ChatPart | undefined {
  const url = part.string('image_url');
  if (url === undefined) return undefined;
  const head = /^data:([^;,]*)[^,]*,/i.exec(url);
  if (head === null) {
    if (/^https?:\/\//i.test(url)) return { type: 'image', source: { kind: 'url', url } };
    throw mismatch(part.path('image_url'), 'an http(s) URL or a data: URL in base64', url);
  }
  const data = url.slice(head[0].length);
  const mediaType = head[1] ?? '';
  return { type: 'image', source: mediaType === '' ? { kind: 'base64', data } : { kind: 'base64', data, mediaType } };
}
