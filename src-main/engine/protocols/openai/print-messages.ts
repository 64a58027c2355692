import type { ChatMessage, ChatPart, ImagePart } from '../chat-request.ts';
import type { JsonObject } from '../json.ts';
import { wantsThinkingBack } from './model-traits.ts';
import { printContent, printImage } from './print-content.ts';

interface Printing {
  messages: JsonObject[];
  adjusted: Set<string>;
  withThinking: boolean;
  /** Images of tool results: they have to wait until the last result of the turn has been printed. */
  images: ImagePart[];
}

/** Prints the conversation; what had to be left out or moved is named in `adjusted`. */
export function printMessages(options: {
  messages: readonly ChatMessage[];
  model: string;
  adjusted: Set<string>;
}): JsonObject[] {
  const { adjusted, model } = options;
  const printing: Printing = { messages: [], adjusted, withThinking: wantsThinkingBack(model), images: [] };
  for (const message of options.messages) {
    if (message.role !== 'tool') flushImages(printing);
    printMessage(message, printing);
  }
  flushImages(printing);
  return printing.messages;
}

function printMessage(message: ChatMessage, printing: Printing): void {
  switch (message.role) {
    case 'system':
    case 'user':
      printing.messages.push({ role: message.role, content: printContent(message.parts) });
      return;
    case 'assistant':
      printing.messages.push(printAssistant(message.parts, printing));
      return;
    case 'tool':
      for (const part of message.parts) printToolResult(part, printing);
  }
}

function printAssistant(parts: readonly ChatPart[], printing: Printing): JsonObject {
  const said = parts.filter((part) => part.type === 'text' || part.type === 'image' || part.type === 'opaque');
  const calls = parts.filter((part) => part.type === 'tool_call');
  const thought = printThinking(parts, printing);
  return {
    role: 'assistant',
    content: said.length === 0 && calls.length > 0 ? null : printContent(said),
    ...(thought === '' ? {} : { reasoning_content: thought }),
    ...(calls.length === 0
      ? {}
      : {
          tool_calls: calls.map((call) => ({
            id: call.id,
            type: 'function',
            function: { name: call.name, arguments: JSON.stringify(call.arguments) },
          })),
        }),
  };
}

/** Earlier thinking as one text; signatures and encrypted thinking mean something to the upstream that made them only. */
function printThinking(parts: readonly ChatPart[], { withThinking, adjusted }: Printing): string {
  if (parts.some((part) => part.type === 'redacted_thinking')) {
    adjusted.add('redacted thinking (the OpenAI protocol has no such field)');
  }
  const thought = parts.map((part) => (part.type === 'thinking' ? part.text : '')).join('');
  if (thought === '' || withThinking) return thought;
  adjusted.add('earlier thinking (left out: most OpenAI-style servers refuse it)');
  return '';
}

function printToolResult(part: ChatPart, printing: Printing): void {
  if (part.type !== 'tool_result') return;
  const texts = part.content.filter((each) => each.type === 'text');
  printing.messages.push({ role: 'tool', tool_call_id: part.callId, content: printContent(texts) });
  if (part.isError === true) printing.adjusted.add('is_error of a tool result (the OpenAI protocol has no such field)');
  for (const each of part.content) if (each.type === 'image') printing.images.push(each);
}

/** Tool messages hold text only, and nothing may stand between those of one turn. */
function flushImages(printing: Printing): void {
  if (printing.images.length === 0) return;
  printing.messages.push({ role: 'user', content: printing.images.map(printImage) });
  printing.images = [];
  printing.adjusted.add('images in tool results (moved into a user message)');
}
