import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  SequentialBlocks,
  type Block,
  type BlockWriter,
  type ContentEvent,
} from '../../../src-main/engine/protocols/sequential-blocks.ts';

/** Writes blocks readably: `[0 text:` … `]`. */
const plainWriter: BlockWriter = {
  open: (block: Block) => `[${block.index} ${block.tool?.name ?? block.kind}:`,
  append: (_block: Block, piece: string) => piece,
  close: (block: Block) => (block.signature === undefined ? ']' : `#${block.signature}]`),
};

function write(events: ContentEvent[]): string[] {
  const blocks = new SequentialBlocks(plainWriter);
  return [...events.map((event) => blocks.add(event)), blocks.closeAll()];
}

const call = (index: number): ContentEvent => ({ type: 'tool_call', index, id: `call_${index}`, name: `tool${index}` });
const args = (index: number, text: string): ContentEvent => ({ type: 'tool_arguments', index, text });

describe('sequential blocks', () => {
  test('text streams as it comes and ends when another kind begins', () => {
    const written = write([
      { type: 'thinking', text: 'hm' },
      { type: 'text', text: 'a' },
      { type: 'text', text: 'b' },
    ]);
    expect(written).toEqual(['[0 thinking:hm', '][1 text:a', 'b', ']']);
  });

  test('text after a complete tool call opens a new block at once', () => {
    const written = write([{ type: 'text', text: 'a' }, call(0), args(0, '{}'), { type: 'text', text: 'b' }]);
    expect(written).toEqual(['[0 text:a', '][1 tool0:', '{}', '][2 text:b', ']']);
  });

  test('a later call waits until the arguments of the first are whole', () => {
    const written = write([call(0), call(1), args(1, '{"b":'), args(0, '{"a":1'), args(1, '2}'), args(0, '}')]);
    expect(written).toEqual(['[0 tool0:', '', '', '{"a":1', '', '}][1 tool1:{"b":2}', ']']);
  });

  test('arguments that never become whole are still written at the end', () => {
    expect(write([call(0), args(0, '{"a":'), call(1), args(1, '{}')]).join('')).toBe('[0 tool0:{"a":][1 tool1:{}]');
  });

  test('a signature ends its thinking; later thinking is another block', () => {
    const written = write([
      { type: 'thinking', text: 'one' },
      { type: 'thinking_signature', signature: 's1' },
      { type: 'thinking', text: 'two' },
    ]);
    expect(written.join('')).toBe('[0 thinking:one#s1][1 thinking:two]');
  });

  test('a signature without thinking stands for thinking that is not shown', () => {
    expect(write([{ type: 'thinking_signature', signature: 's1' }]).join('')).toBe('[0 thinking:#s1]');
  });

  test('empty texts and arguments of unknown calls write nothing', () => {
    expect(write([{ type: 'text', text: '' }, args(5, '{}')]).join('')).toBe('');
  });

  test('however calls are interleaved, each comes out whole, in order, one after the other', () => {
    const objects = fc.array(fc.dictionary(fc.string(), fc.string()), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(objects, fc.infiniteStream(fc.nat(1000)), (inputs, picks) => {
        const left = inputs.map((input) => Array.from(JSON.stringify(input)));
        const events = inputs.map((_input, index) => call(index));
        while (left.some((pieces) => pieces.length > 0)) {
          const open = left.flatMap((pieces, index) => (pieces.length > 0 ? [index] : []));
          const index = open[picks.next().value % open.length] ?? 0;
          events.push(args(index, left[index]?.shift() ?? ''));
        }
        const whole = inputs.map((input, index) => `[${index} tool${index}:${JSON.stringify(input)}]`).join('');
        expect(write(events).join('')).toBe(whole);
      }),
    );
  });
});
