import type { JsonObject, JsonValue } from '../json.ts';
import type { Block, BlockWriter } from '../sequential-blocks.ts';
import { ITEM_KINDS } from './item-kinds.ts';
import type { ItemStatus } from './output-items.ts';

/** Writes blocks as output items, numbers all events of the stream, and keeps the finished items. */
export class ItemWriter implements BlockWriter {
  /** Finished items, for the last event. */
  readonly output: JsonObject[] = [];
  /** How items end: `incomplete` once the answer is known to be cut short. */
  endStatus: ItemStatus = 'completed';
  readonly #replyId: string;
  #sequence = 0;
  #logprobs: JsonValue[] = [];
  /** The open block's deltas but for their number and their text, made once a block. */
  #deltaStart = '';
  #deltaFields = '';

  constructor(replyId: string) {
    this.#replyId = replyId;
  }

  /** One event; `fields` (never empty) come behind its type and number. */
  event(type: string, fields: JsonObject): string {
    const rest = JSON.stringify(fields).slice(1);
    return `event: ${type}\ndata: {"type":"${type}","sequence_number":${this.#sequence++},${rest}\n\n`;
  }

  /** Log probabilities of the text that is being written. */
  addLogprobs(content: JsonValue[]): void {
    this.#logprobs.push(...content);
  }

  open(block: Block): string {
    const { deltaType, deltaFields, opening, item } = ITEM_KINDS[block.kind];
    const place = this.#place(block);
    this.#deltaStart = `event: ${deltaType}\ndata: {"type":"${deltaType}","sequence_number":`;
    this.#deltaFields = `,${JSON.stringify({ ...place, ...deltaFields }).slice(1, -1)},"delta":`;
    const begun = item({ id: place.item_id, block, status: 'in_progress', logprobs: [] });
    let out = this.event('response.output_item.added', { output_index: block.index, item: begun });
    for (const [type, fields] of opening) out += this.event(type, { ...place, ...fields });
    return out;
  }

  append(_block: Block, piece: string): string {
    return `${this.#deltaStart}${this.#sequence++}${this.#deltaFields}${JSON.stringify(piece)}}\n\n`;
  }

  close(block: Block): string {
    const { closing, item } = ITEM_KINDS[block.kind];
    const place = this.#place(block);
    const logprobs = this.#logprobs;
    let out = block.kind === 'tool_call' && block.text === '' ? this.append(block, '{}') : '';
    for (const [type, fields] of closing(block, logprobs)) out += this.event(type, { ...place, ...fields });
    const ended = item({ id: place.item_id, block, status: this.endStatus, logprobs });
    if (block.kind === 'text') this.#logprobs = [];
    this.output.push(ended);
    return out + this.event('response.output_item.done', { output_index: block.index, item: ended });
  }

  #place(block: Block): { item_id: string; output_index: number } {
    const { idPrefix } = ITEM_KINDS[block.kind];
    return { item_id: `${idPrefix}_${this.#replyId}_${block.index}`, output_index: block.index };
  }
}
