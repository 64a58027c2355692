import type { ChatPart, ImagePart, TextPart } from '../chat-request.ts';
import { InvalidRequest } from '../failure.ts';
import { Fields, mismatch } from '../fields.ts';
import { isJsonObject, type JsonValue } from '../json.ts';

/** Reads a message's `content`: nothing, a string, or an array of parts. Unknown kinds of parts are kept as they are. */
export function parseContent(content: JsonValue | undefined, path: string): ChatPart[] {
  if (content === undefined || content === '') return [];
  if (typeof content === 'string') return [{ type: 'text', text: content }];
  if (!Array.isArray(content)) throw mismatch(path, 'a string or an array of parts', content);
  return content.map((part, index) => parsePart(part, `${path}[${index}]`));
}

/** The content of a tool's result: text and images only. */
export function parseResultContent(content: JsonValue | undefined, path: string): (TextPart | ImagePart)[] {
  return parseContent(content, path).map((part, index) => {
    if (part.type === 'text' || part.type === 'image') return part;
    throw new InvalidRequest(`${path}[${index}] must be text or an image: it is the result of a tool.`, path);
  });
}

function parsePart(value: JsonValue, path: string): ChatPart {
  if (typeof value === 'string') return { type: 'text', text: value };
  const part = Fields.of(value, path);
  const type = part.requiredString('type');
  if (type === 'text') return { type: 'text', text: part.requiredString('text') };
  if (type === 'refusal') return { type: 'text', text: part.requiredString('refusal') };
  if (type === 'image_url')
    return { type: 'image', source: parseImageUrl(part.take('image_url'), `${path}.image_url`) };
  return { type: 'opaque', protocol: 'openai', kind: type, value: isJsonObject(value) ? value : {} };
}

/** `{url}` or the URL itself; `data:` URLs become bare base64, which is what every other protocol wants. */
function parseImageUrl(value: JsonValue | undefined, path: string): ImagePart['source'] {
  const url = typeof value === 'string' ? value : Fields.of(value, path).requiredString('url');
  if (/^https?:\/\//i.test(url)) return { kind: 'url', url };
  const comma = url.indexOf(',');
  const head = url.slice(0, comma === -1 ? 0 : comma);
  if (!/^data:/i.test(head) || !/;base64$/i.test(head)) {
    throw new InvalidRequest(`${path}.url must be an http(s) URL or a data: URL in base64.`, `${path}.url`);
  }
  const mediaType = head.slice(5).split(';')[0] ?? '';
  const data = url.slice(comma + 1);
  return mediaType === '' ? { kind: 'base64', data } : { kind: 'base64', data, mediaType };
}
