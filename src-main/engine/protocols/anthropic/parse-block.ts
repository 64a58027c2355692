import type { ChatPart, ImagePart, ImageSource, TextPart } from '../chat-request.ts';
import { Fields, mismatch } from '../fields.ts';
import { isJsonObject, type JsonValue } from '../json.ts';
import { realSignature } from './unsigned-thinking.ts';

/** Message content: a string, or blocks. */
export function parseContent(value: JsonValue | undefined, path: string): ChatPart[] {
  if (typeof value === 'string') return [{ type: 'text', text: value }];
  if (!Array.isArray(value)) throw mismatch(path, 'a string or an array of content blocks', value);
  return value.map((block, index) => parseBlock(block, `${path}[${index}]`));
}

/**
 * One content block. Kinds that only Anthropic understands (documents, search results, server tools, uploaded files)
 * become opaque parts with the whole block, so that they are refused elsewhere instead of lost.
 */
function parseBlock(value: JsonValue, path: string): ChatPart {
  const block = Fields.of(value, path);
  const type = block.requiredString('type');
  switch (type) {
    case 'text':
      return { type, text: block.requiredString('text') };
    case 'image':
      return parseImage(block) ?? opaque(value, type);
    case 'thinking': {
      const text = block.string('thinking') ?? '';
      const signature = realSignature(block.string('signature'));
      return signature === undefined ? { type, text } : { type, text, signature };
    }
    case 'redacted_thinking':
      return { type, data: block.requiredString('data') };
    case 'tool_use': {
      const { id, name } = { id: block.requiredString('id'), name: block.requiredString('name') };
      return { type: 'tool_call', id, name, arguments: block.object('input') ?? {} };
    }
    case 'tool_result':
      return parseToolResult(block, path) ?? opaque(value, type);
    default:
      return opaque(value, type);
  }
}

function opaque(value: JsonValue, kind: string): ChatPart {
  return { type: 'opaque', protocol: 'anthropic', kind, value: isJsonObject(value) ? value : {} };
}

/** undefined: an uploaded file, which only its own provider can resolve. */
function parseImage(block: Fields): ImagePart | undefined {
  const source = Fields.of(block.take('source'), block.path('source'));
  const parsed = parseImageSource(source);
  return parsed === undefined ? undefined : { type: 'image', source: parsed };
}

function parseImageSource(source: Fields): ImageSource | undefined {
  switch (source.requiredString('type')) {
    case 'base64': {
      // Some clients leave the prefix of a data URL in place; others then fail with "illegal base64 data".
      const data = source.requiredString('data').replace(/^data:[^,]*,/, '');
      const mediaType = source.string('media_type');
      return mediaType === undefined ? { kind: 'base64', data } : { kind: 'base64', data, mediaType };
    }
    case 'url':
      return { kind: 'url', url: source.requiredString('url') };
    default:
      return undefined;
  }
}

/** undefined when a block inside is neither text nor image: then the whole result stays as it is. */
function parseToolResult(block: Fields, path: string): ChatPart | undefined {
  const callId = block.requiredString('tool_use_id');
  const isError = block.boolean('is_error');
  const raw = block.take('content');
  const content = raw === undefined ? [] : parseContent(raw, `${path}.content`);
  const plain = content.filter((part): part is TextPart | ImagePart => part.type === 'text' || part.type === 'image');
  if (plain.length < content.length) return undefined;
  return { type: 'tool_result', callId, content: plain, ...(isError === undefined ? {} : { isError }) };
}
