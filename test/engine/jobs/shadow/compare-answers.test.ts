import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ChatPart, ChatRequest } from '../../../../src-main/engine/protocols/chat-request.ts';
import type { JsonValue } from '../../../../src-main/engine/protocols/json.ts';
import { toAnswer, type Comparison } from '../../../../src-main/engine/jobs/shadow/compare/answer-of.ts';
import { compareAnswers, whyNoMeasure } from '../../../../src-main/engine/jobs/shadow/compare/compare-answers.ts';
import { isSameCode } from '../../../../src-main/engine/jobs/shadow/compare/compare-code.ts';
import { differenceOf } from '../../../../src-main/engine/jobs/shadow/compare/compare-json.ts';
import { isSameNumber, readNumbers } from '../../../../src-main/engine/jobs/shadow/compare/compare-numbers.ts';
import { isSameText } from '../../../../src-main/engine/jobs/shadow/compare/normalise-text.ts';

type Verdict = Comparison['verdict'];

describe('comparing a local answer with the accepted one', () => {
  it.each<[string, Verdict, { question: string; accepted: string; local: string }]>([
    ['the same words', 'good', { question: 'Capital of Peru?', accepted: 'It is **Lima**.', local: 'it is Lima' }],
    ['other words', 'undecided', { question: 'Capital of Peru?', accepted: 'It is Lima.', local: 'It is Cuzco.' }],
    [
      'the same number',
      'good',
      { question: 'What is 12 * 12?', accepted: '12 * 12 = 144.', local: 'The result is 144' },
    ],
    ['another number', 'bad', { question: 'What is 12 * 12?', accepted: '144', local: '12 * 12 = 154.' }],
    [
      'thousands with and without commas',
      'good',
      { question: 'How many?', accepted: '1,234,567', local: 'About 1234567.' },
    ],
    ['a rounded number', 'good', { question: 'Pi?', accepted: '3.14159', local: 'It is 3.14' }],
    ['rounded wrongly', 'bad', { question: 'Pi?', accepted: '3.14159', local: 'It is 3.15' }],
    ['another sign', 'bad', { question: 'What is 3 - 8?', accepted: '-5', local: '5' }],
    ['another unit', 'undecided', { question: 'How far?', accepted: '5 km', local: '5000 m' }],
    ['the unit left out', 'good', { question: 'How far?', accepted: '5 km', local: '5' }],
    ['several numbers', 'undecided', { question: 'Which years?', accepted: '1914 and 1918', local: '1914 and 1945' }],
    [
      'a number among prose',
      'undecided',
      { question: 'Why?', accepted: `Because ${'of many things '.repeat(10)}in 1914.`, local: '1915' },
    ],
    [
      'the same option',
      'good',
      { question: 'Which?\nA) red\nB) blue', accepted: 'B) blue', local: 'The answer is (B), as the sky is.' },
    ],
    ['another option', 'bad', { question: 'Which?\nA) red\nB) blue', accepted: 'B', local: 'Answer: A' }],
    [
      'no plain option',
      'undecided',
      { question: 'Which?\nA) red\nB) blue', accepted: 'B', local: 'Both A and B have merits.' },
    ],
    ['yes and no', 'bad', { question: 'Is it?', accepted: 'Yes, it is.', local: 'No.' }],
    ['yes in two languages', 'good', { question: 'Is it?', accepted: 'Yes.', local: 'Ja, so ist es.' }],
    ['nothing at all', 'bad', { question: 'Hello?', accepted: 'Hello!', local: '  ' }],
    [
      'a refusal',
      'bad',
      { question: 'Help me', accepted: 'Gladly: do this.', local: "I'm sorry, but I can't help with that." },
    ],
  ])('%s: %s', (_, verdict, { question, accepted, local }) => {
    expect(compareTexts(question, accepted, local).verdict).toBe(verdict);
  });

  it('takes an answer that broke off for bad, unless the client wanted no more', () => {
    const cut = { ...toAnswer([text('Once upon a')], { finishReason: 'length', outputTokens: 5 }) };
    const whole = toAnswer([text('Once upon a time.')], { finishReason: 'stop' });
    expect(compareAnswers({ request: ask('A story'), accepted: whole, local: cut }).verdict).toBe('bad');
    const short = { ...ask('A story'), maxOutputTokens: 5 };
    expect(compareAnswers({ request: short, accepted: whole, local: cut }).verdict).toBe('undecided');
  });

  it('has no measure in an accepted answer that is itself a fault', () => {
    expect(whyNoMeasure(ask('Hi'), toAnswer([text('')], { finishReason: 'stop' }))).toBe('it said nothing');
    expect(whyNoMeasure(ask('Hi'), toAnswer([text('Hello')], { finishReason: 'stop' }))).toBeNull();
  });
});

describe('comparing JSON that was asked for', () => {
  const schema = {
    type: 'object',
    properties: { city: { type: 'string' }, people: { type: 'integer' } },
    required: ['people'],
  };
  const wanted: ChatRequest = { ...ask('Extract'), output: { type: 'json_schema', schema } };

  it.each<[string, Verdict, string]>([
    ['the same values in another order', 'good', '{ "people": 3, "city": "Lima" }'],
    ['another number', 'bad', '{"city":"Lima","people":4}'],
    ['other words', 'undecided', '{"city":"Lima, Peru","people":3}'],
    ['case alone', 'good', '{"city":"LIMA","people":3}'],
    ['a missing field', 'bad', '{"city":"Lima"}'],
    ['a fence around it', 'bad', '```json\n{"city":"Lima","people":3}\n```'],
    ['no JSON', 'bad', 'Lima has three people.'],
  ])('%s: %s', (_, verdict, local) => {
    expect(
      compareAnswers({ request: wanted, accepted: said('{"city":"Lima","people":3}'), local: said(local) }).verdict,
    ).toBe(verdict);
  });
});

describe('comparing tool calls', () => {
  const tools = [
    { name: 'book', parameters: { type: 'object', properties: { seats: { type: 'integer' } } } },
    { name: 'look_up' },
  ];
  const request: ChatRequest = { ...ask('Book two seats'), tools };
  const accepted = called('book', { seats: 2, note: 'by the window' });

  it.each<[string, Verdict, ChatPart]>([
    ['the same call', 'good', call('book', { note: 'By the window.', seats: 2 })],
    ['another number', 'bad', call('book', { seats: 3, note: 'by the window' })],
    ['other words', 'undecided', call('book', { seats: 2, note: 'a window seat' })],
    ['another tool', 'undecided', call('look_up', {})],
    ['a tool that is not there', 'bad', call('reserve', { seats: 2 })],
    ['arguments that do not fit', 'bad', call('book', { seats: 'two' })],
    ['words instead of a call', 'undecided', text('I would book two seats.')],
  ])('%s: %s', (_, verdict, part) => {
    const local = toAnswer([part], { finishReason: 'stop' });
    expect(compareAnswers({ request, accepted, local }).verdict).toBe(verdict);
  });
});

describe('comparing code', () => {
  it.each<[string, Verdict, string, string]>([
    ['the same but for blanks', 'good', 'js', 'const a = 1;  \n\n    const b = 2;'],
    ['other code that parses', 'undecided', 'js', 'const b = 2;\nconst a = 1;'],
    ['JavaScript that does not parse', 'bad', 'js', 'const a = {;'],
    ['a module that parses', 'undecided', 'js', "import a from 'a';\nexport const b = await a();"],
    ['a module that does not parse', 'bad', 'js', "import a from 'a';\nconst b = {"],
    ['an excerpt with a method alone', 'undecided', 'js', 'async next() { return await this.read(); }'],
  ])('%s: %s', (_, verdict, language, code) => {
    const accepted = '```js\nconst a = 1;\n    const b = 2;\n```';
    expect(compareTexts('Write it', accepted, `\`\`\`${language}\n${code}\n\`\`\``).verdict).toBe(verdict);
  });

  it('sees a bracket that Python leaves open, but not one in a text or comment', () => {
    const accepted = '```python\nprint("(")  # (\n```';
    expect(compareTexts('Write it', accepted, '```python\nprint((1)\n```')).toMatchObject({ verdict: 'bad' });
    expect(compareTexts('Write it', accepted, "```python\nprint(')')  # ]\n```")).toMatchObject({
      verdict: 'undecided',
    });
  });

  it('says nothing of languages that it cannot parse', () => {
    const accepted = '```rust\nfn main() {}\n```';
    expect(compareTexts('Write it', accepted, '```rust\nfn main( {\n```')).toMatchObject({ verdict: 'undecided' });
  });

  it('never runs what it compiles', () => {
    const local = '```js\nglobalThis.wasRun = true;\n```';
    compareTexts('Write it', '```js\nlet x;\n```', local);
    expect('wasRun' in globalThis).toBe(false);
  });
});

describe('comparisons that know no order', () => {
  const anyText = fc.oneof(fc.string(), fc.lorem(), fc.stringMatching(/^-?\d{1,4}(\.\d{1,3})? ?(km|%)?$/));

  it('find the same of two texts, whichever comes first', () => {
    fc.assert(
      fc.property(anyText, anyText, (one, other) => {
        expect(isSameText(one, other)).toBe(isSameText(other, one));
        expect(isSameCode(one, other)).toBe(isSameCode(other, one));
      }),
    );
  });

  it('find the same of two numbers, whichever comes first', () => {
    fc.assert(
      fc.property(anyText, anyText, (one, other) => {
        const [first] = readNumbers(one);
        const [second] = readNumbers(other);
        if (first === undefined || second === undefined) return;
        expect(isSameNumber(first, second)).toBe(isSameNumber(second, first));
        expect(isSameNumber(first, first)).toBe(true);
      }),
    );
  });

  it('find the same of two JSON values, whichever comes first, and no difference in one', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (one, other) => {
        const [first, second] = [one, other];
        expect(differenceOf(first, second)).toBe(differenceOf(second, first));
        expect(differenceOf(first, structuredClone(first))).toBe('none');
      }),
    );
  });

  it('give the same verdict on texts when accepted and local answer change places', () => {
    const short = fc.constantFrom(
      '144',
      '145',
      '-144',
      'Yes.',
      'No',
      '12 km',
      '12',
      'B)',
      'It is Lima.',
      '1.5',
      '1.49',
    );
    fc.assert(
      fc.property(short, short, (one, other) => {
        expect(compareTexts('How?', one, other).verdict).toBe(compareTexts('How?', other, one).verdict);
      }),
    );
  });
});

function ask(question: string): ChatRequest {
  return { model: 'auto', mode: 'chat', stream: false, messages: [{ role: 'user', parts: [text(question)] }] };
}

function text(words: string): ChatPart & { type: 'text' } {
  return { type: 'text', text: words };
}

function call(name: string, given: Record<string, JsonValue>): ChatPart {
  return { type: 'tool_call', id: '1', name, arguments: given };
}

function called(name: string, given: Record<string, JsonValue>) {
  return toAnswer([call(name, given)], { finishReason: 'tool_calls' });
}

function said(words: string) {
  return toAnswer([text(words)], { finishReason: 'stop' });
}

function compareTexts(question: string, accepted: string, local: string): Comparison {
  return compareAnswers({ request: ask(question), accepted: said(accepted), local: said(local) });
}
