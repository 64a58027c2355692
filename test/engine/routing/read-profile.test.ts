import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ChatMessage, ChatRequest } from '../../../src-main/engine/protocols/chat-request.ts';
import { readProfile } from '../../../src-main/engine/routing/read-profile.ts';

function ask(text: string, changes: Partial<ChatRequest> = {}): ChatRequest {
  const messages: ChatMessage[] = [{ role: 'user', parts: [{ type: 'text', text }] }];
  return { model: 'auto', mode: 'chat', messages, stream: true, ...changes };
}
const profileOf = (text: string, changes?: Partial<ChatRequest>) => readProfile(ask(text, changes), 10);

describe('the kind of a task', () => {
  test.each([
    ['Hello, how are you today?', 'chat'],
    ['What is the capital of France?', 'chat'],
    ['Write a python function that sorts a list', 'code'],
    ['Fix this:\n```ts\nconst x = 1;\n```', 'code'],
    ['if (a[i] == b[j]) { x += f(a, b); } else { return [x]; }', 'code'],
    ['Translate this to German: the weather is nice', 'translate'],
    ['Übersetze das bitte: good morning', 'translate'],
    ['Summarise the following report: sales went up', 'summarise'],
    ['Fasse den Text bitte zusammen: es war einmal', 'summarise'],
    ['Résumé de ce texte en trois phrases', 'summarise'],
    ['Extract all names from this text', 'extract'],
    ['What is 12 * 7?', 'math'],
    ['Solve the equation for x', 'math'],
    ['Berechne die Fläche eines Kreises', 'math'],
    ['Write a poem about the sea', 'write'],
    ['Schreibe eine E-Mail an meinen Chef', 'write'],
    ['请翻译这句话', 'translate'],
    ['要約してください', 'summarise'],
    ['Напиши стихотворение', 'write'],
  ])('of %j is %s', (text, kind) => {
    expect(profileOf(text).kind).toBe(kind);
  });

  test('is tools with tools on offer, vision with an image, extraction when JSON is asked for, code in a gap', () => {
    const tools = [{ name: 'ls' }];
    expect(profileOf('hi', { tools }).kind).toBe('tools');
    expect(profileOf('hi', { tools, toolChoice: { type: 'none' } })).toMatchObject({ kind: 'chat', toolCount: 0 });
    expect(profileOf('hi', { output: { type: 'json' } })).toMatchObject({ kind: 'extract', wantsJson: true });
    expect(profileOf('hi', { suffix: ')' }).kind).toBe('code');
    const image = { type: 'image', source: { kind: 'url', url: 'http://x/y.png' } } as const;
    const messages: ChatMessage[] = [{ role: 'user', parts: [image] }];
    expect(profileOf('', { tools, messages })).toMatchObject({ kind: 'vision', hasImages: true, text: '' });
  });
});

describe('the language', () => {
  test.each([
    ['What is the best way to do this?', 'en'],
    ['Was ist der beste Weg und wie geht das?', 'de'],
    ['Quelle est la meilleure façon de le faire dans ce cas ?', 'fr'],
    ['¿Cuál es la mejor manera de hacerlo en un día con los niños?', 'es'],
    ['Como você faz isso em um dia? Não sei o que é', 'pt'],
    ['Qual è il modo migliore di farlo con gli amici?', 'it'],
    ['Wat is het beste voor mijn huis en hoe kan ik dat doen?', 'nl'],
    ['东京的天气怎么样', 'zh'],
    ['東京の天気はどうですか', 'ja'],
    ['오늘 날씨 어때', 'ko'],
    ['Какая сегодня погода', 'ru'],
    ['ما هو الطقس اليوم', 'ar'],
    ['xyzzy', null],
    ['', null],
  ])('of %j is guessed as %s', (text, language) => {
    expect(profileOf(text).language).toBe(language);
  });
});

describe('a profile', () => {
  test('counts turns, and tool results since a person wrote', () => {
    const result: ChatMessage = { role: 'tool', parts: [{ type: 'tool_result', callId: '1', content: [] }] };
    const user: ChatMessage = { role: 'user', parts: [{ type: 'text', text: 'go on' }] };
    const assistant: ChatMessage = { role: 'assistant', parts: [] };
    const messages = [user, assistant, result, user, assistant, result, assistant, result];
    expect(profileOf('', { messages })).toMatchObject({ turns: 2, toolTurns: 2, text: 'go on' });
  });

  test('tells questions by their mark or first word', () => {
    expect(profileOf('Is it raining').isQuestion).toBe(true);
    expect(profileOf('下雨了吗？').isQuestion).toBe(true);
    expect(profileOf('"Really?"').isQuestion).toBe(true);
    expect(profileOf('Island life is good.').isQuestion).toBe(false);
  });

  test('sees a question mark behind everything that closes a sentence, and nothing else', () => {
    for (let unit = 0; unit < 0x1_0000; unit++) {
      const text = `x?${String.fromCharCode(unit)}`;
      expect(profileOf(text).isQuestion).toBe(/[?？؟]["'”’»)\]\s]*$/.test(text));
    }
    expect(profileOf(`x?${' '.repeat(299)}`).isQuestion).toBe(true);
    expect(profileOf(`x?${' '.repeat(300)}`).isQuestion).toBe(false);
    expect(profileOf(' '.repeat(300)).isQuestion).toBe(false);
  });

  test('measures code and digits of the last user message', () => {
    expect(profileOf('abc1').digitShare).toBe(0.25);
    expect(profileOf('plain words, nothing else.').codeShare).toBe(0);
    expect(profileOf('ab```code```').codeShare).toBeCloseTo(10 / 12);
    expect(profileOf('ab```open').codeShare).toBeCloseTo(7 / 9);
    expect(profileOf('{}[]();').codeShare).toBe(1);
  });

  test('keeps the beginning and the end of a long message, of any length', () => {
    const { text } = profileOf(`start ${'x'.repeat(100_000)} end`);
    expect(text.length).toBeLessThanOrEqual(4_000);
    expect(text.startsWith('start ')).toBe(true);
    expect(text.endsWith(' end')).toBe(true);
  });

  test('carries what the client said and what was estimated', () => {
    expect(profileOf('x', { maxOutputTokens: 5 })).toMatchObject({ maxOutputTokens: 5, promptTokens: 10 });
    expect(profileOf('x').maxOutputTokens).toBeNull();
  });

  test('can be read off any text, with shares from 0 to 1', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'binary', maxLength: 3_000 }), { maxLength: 4 }), (texts) => {
        const messages: ChatMessage[] = [{ role: 'user', parts: texts.map((text) => ({ type: 'text', text })) }];
        const profile = profileOf('', { messages });
        expect(profile.text.length).toBeLessThanOrEqual(4_000);
        for (const share of [profile.codeShare, profile.digitShare]) {
          expect(share).toBeGreaterThanOrEqual(0);
          expect(share).toBeLessThanOrEqual(1);
        }
      }),
    );
  });
});
