import type { JsonObject, JsonValue } from '../json.ts';
import type { Block } from '../sequential-blocks.ts';
import {
  functionCallItem,
  messageItem,
  outputText,
  reasoningItem,
  summaryText,
  type ItemStatus,
} from './output-items.ts';

/** Type and fields of an event that says something about one item. */
type ItemEvent = [type: string, fields: JsonObject];

/** How one kind of block becomes an output item. */
export interface ItemKind {
  idPrefix: string;
  deltaType: string;
  /** What each delta says besides its place and text. */
  deltaFields: JsonObject;
  /** The item when it begins (`in_progress`, still empty) and when it has ended. */
  item: (options: { id: string; block: Block; status: ItemStatus; logprobs: JsonValue[] }) => JsonObject;
  /** Events between output_item.added and the first delta. */
  opening: ItemEvent[];
  /** Events between the last delta and output_item.done. */
  closing: (block: Block, logprobs: JsonValue[]) => ItemEvent[];
}

const MESSAGE: ItemKind = {
  idPrefix: 'msg',
  deltaType: 'response.output_text.delta',
  deltaFields: { content_index: 0, logprobs: [] },
  item: ({ id, block, status, logprobs }) =>
    messageItem(id, status === 'in_progress' ? [] : [outputText(block.text, logprobs)], status),
  opening: [['response.content_part.added', { content_index: 0, part: outputText('') }]],
  closing: ({ text }, logprobs) => [
    ['response.output_text.done', { content_index: 0, text, logprobs }],
    ['response.content_part.done', { content_index: 0, part: outputText(text, logprobs) }],
  ],
};

const REASONING: ItemKind = {
  idPrefix: 'rs',
  deltaType: 'response.reasoning_summary_text.delta',
  deltaFields: { summary_index: 0 },
  item: ({ id, block, status }) => reasoningItem(id, status === 'in_progress' ? '' : block.text, status),
  opening: [['response.reasoning_summary_part.added', { summary_index: 0, part: summaryText('') }]],
  closing: ({ text }) => [
    ['response.reasoning_summary_text.done', { summary_index: 0, text }],
    ['response.reasoning_summary_part.done', { summary_index: 0, part: summaryText(text) }],
  ],
};

const FUNCTION_CALL: ItemKind = {
  idPrefix: 'fc',
  deltaType: 'response.function_call_arguments.delta',
  deltaFields: {},
  item: ({ id, block, status }) => {
    const { id: callId = '', name = '' } = block.tool ?? {};
    return functionCallItem({ id, callId, name, args: status === 'in_progress' ? '' : argumentsOf(block) }, status);
  },
  opening: [],
  closing: (block) => [
    ['response.function_call_arguments.done', { name: block.tool?.name ?? '', arguments: argumentsOf(block) }],
  ],
};

/** Redacted thinking is never written on this surface; it stands here so that the table is whole. */
export const ITEM_KINDS: Readonly<Record<Block['kind'], ItemKind>> = {
  text: MESSAGE,
  thinking: REASONING,
  redacted_thinking: REASONING,
  tool_call: FUNCTION_CALL,
};

/** No arguments at all are the empty object. */
function argumentsOf(block: Block): string {
  return block.text === '' ? '{}' : block.text;
}
