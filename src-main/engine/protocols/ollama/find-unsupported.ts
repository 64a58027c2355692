import type { ChatPart, ChatRequest } from '../chat-request.ts';
import { forcedTools } from './forced-tools.ts';
import { isLoadPart } from './load-request.ts';

/** Why the address of an image is of no use to Ollama, and what to do. */
export const IMAGE_BY_ADDRESS =
  'an image given by its address (Ollama takes only the bytes of images: send a data: URL, or switch images.fetchRemote on in the settings; with privacy.localOnly nothing is fetched)';

/** What neither of Ollama's endpoints can express, in words. */
export function findUnsupported(request: ChatRequest): string[] {
  const found: string[] = [];
  if (request.choices !== undefined) found.push(`${request.choices} alternative answers (n)`);
  const forced = forcedTools(request);
  if (forced?.length === 0) {
    const { toolChoice } = request;
    found.push(
      `a required call of ${toolChoice?.type === 'tool' ? `the tool "${toolChoice.name}"` : 'a tool'}, which is not among the tools`,
    );
  }
  return found;
}

/** Parts of messages that `/api/chat` cannot express, in words. */
export function findUnsupportedParts(request: ChatRequest, takes: (part: ChatPart) => boolean = () => false): string[] {
  const parts = request.messages.flatMap((message) => message.parts);
  const inner = parts.flatMap((part) => (part.type === 'tool_result' ? part.content : [part]));
  const complaints = inner.filter((part) => !takes(part)).map(complaintAbout);
  return [...new Set(complaints.filter((complaint) => complaint !== null))];
}

function complaintAbout(part: ChatPart): string | null {
  if (part.type === 'image' && part.source.kind === 'url') {
    return IMAGE_BY_ADDRESS;
  }
  if (part.type !== 'opaque' || isLoadPart(part)) return null;
  return part.protocol === 'ollama' ? `${part.kind} (only /api/generate takes it)` : `${part.kind} (${part.protocol})`;
}
