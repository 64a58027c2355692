import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { spliceFields } from '../../../src-main/engine/protocols/splice-fields.ts';

const names = fc.oneof(fc.constantFrom('model', 'stream_options', 'a"b', '\\', 'ü', ''), fc.string());
const objects = fc.dictionary(names, fc.jsonValue(), { maxKeys: 6 });
const indents = fc.constantFrom(undefined, 1, '\t', ' \n');

describe('spliced fields', () => {
  test('read like an edit of the object', () => {
    fc.assert(
      fc.property(objects, objects, indents, (body, edits, indent) => {
        const text = JSON.stringify(body, null, indent);
        const spliced = spliceFields(text, printed(edits));
        expect(JSON.parse(spliced)).toEqual(JSON.parse(JSON.stringify({ ...body, ...edits })));
      }),
    );
  });

  test('leave every other byte as it was', () => {
    const number = fc.constantFrom('1.0', '1e3', '-0', '12345678901234567890', '0.1000');
    const space = fc.constantFrom('', ' ', '\n\t', '\r\n  ');
    fc.assert(
      fc.property(
        fc.array(number, { maxLength: 4 }),
        fc.array(number, { maxLength: 4 }),
        space,
        (before, after, gap) => {
          const field = (value: string, at: number, side: string) => `${gap}"${side}${at}"${gap}:${gap}${value}${gap}`;
          const left = before.map((value, at) => `${field(value, at, 'l')},`).join('');
          const right = after.map((value, at) => `,${field(value, at, 'r')}`).join('');
          const around = (value: string) => `${gap}{${left}"model":${value}${right}}${gap}`;
          expect(spliceFields(around('"old"'), { model: '"new"' })).toBe(around('"new"'));
        },
      ),
    );
  });

  test('replace every twin of a field, so that none of them can win', () => {
    expect(spliceFields('{"model":"a","model":"b"}', { model: '"c"' })).toBe('{"model":"c","model":"c"}');
  });

  test('find a field by its meaning, not by its spelling', () => {
    expect(spliceFields(String.raw`{"mod\u0065l":"a"}`, { model: '"c"' })).toBe(String.raw`{"mod\u0065l":"c"}`);
  });

  test('leave fields of the same name inside other values alone', () => {
    const text = '{"tools":[{"model":"x"}],"text":"\\"model\\":\\"y\\"","model":"a"}';
    const expected = '{"tools":[{"model":"x"}],"text":"\\"model\\":\\"y\\"","model":"c"}';
    expect(spliceFields(text, { model: '"c"' })).toBe(expected);
  });

  test('are put in front when they were not there', () => {
    expect(spliceFields('{ }', { model: '"c"' })).toBe('{"model":"c" }');
    const roomy = `{${' '.repeat(1_000)}}`;
    expect(JSON.parse(spliceFields(roomy, { model: '"c"' }))).toEqual({ model: 'c' });
    expect(spliceFields('{"a":1}', { model: '"c"', b: '2' })).toBe('{"model":"c","b":2,"a":1}');
  });
});

function printed(edits: Record<string, unknown>): Record<string, string> {
  return Object.fromEntries(Object.entries(edits).map(([name, value]) => [name, JSON.stringify(value)]));
}
