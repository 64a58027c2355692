import { describe, expect, test } from 'vitest';
import { looksLikeRefusal } from '../../../src-main/engine/learning/looks-like-refusal.ts';

describe('a refusal', () => {
  test.each([
    "I'm sorry, but I can't help with that.",
    'I’m sorry, but I can’t assist with that request.',
    "I'm sorry, I can't assist with that.",
    'I am sorry, but I cannot provide that information.',
    'Sorry, but I can’t do that.',
    'I cannot help you with this request.',
    "I can't help with that.",
    "I won't provide instructions for that.",
    "I'm unable to access external websites or files.",
    'I am not able to browse the internet.',
    "I'm not able to help with that request. Is there something else?",
    'I apologize, but I cannot fulfill this request as it goes against my guidelines.',
    'As an AI language model, I cannot provide medical advice.',
    'Unfortunately, I cannot access your local files.',
    "I'm not comfortable continuing with this.",
    'I must decline this request.',
    'My apologies, but I cannot share that.',
    "Very sorry, but I can't discuss this.",
    'Truly sorry, I won’t continue with this.',
    'Thank you for asking, but I cannot open links.',
    "We're sorry, but we cannot process this.",
    "That's not something I can help with.",
    'ſorry, but this isn’t something I do.',
    'Entschuldigung, ich darf das nicht sagen.',
    'Ich bedauere, aber das kann ich nicht tun.',
    'Malheureusement, je ne peux pas.',
    'Je regrette, je ne peux pas.',
    'Vraiment navré, je ne suis pas disponible.',
    'Perdón, no puedo.',
    'Disculpa, no me es posible.',
    'Infelizmente, não posso.',
    'Sinto muito, não consigo.',
    'Lamento, não posso.',
    'Spiacente, non posso.',
    'Purtroppo non sono in grado di farlo.',
    'Helaas, dat gaat niet: ik kan dit niet doen.',
    'Niestety nie mogę.',
    'Maalesef yardımcı olamam.',
    '\n  I cannot and will not help with that.',
    'Es tut mir leid, aber dabei kann ich Ihnen nicht helfen.',
    'Leider kann ich diese Anfrage nicht beantworten.',
    'Dabei kann ich dir nicht helfen.',
    'Je suis désolé, mais je ne peux pas vous aider avec cela.',
    'Désolée, je ne peux pas répondre à cette demande.',
    'Lo siento, pero no puedo ayudarte con eso.',
    'Desculpe, mas não posso ajudar com isso.',
    'Mi dispiace, ma non posso aiutarti con questo.',
    'Het spijt me, maar ik kan je daar niet bij helpen.',
    'Przykro mi, ale nie mogę w tym pomóc.',
    'Извините, но я не могу помочь с этим.',
    'К сожалению, я не могу ответить на этот вопрос.',
    'Üzgünüm, bu konuda yardımcı olamam.',
    '很抱歉，我无法协助处理这个请求。',
    '对不起，我不能提供这方面的帮助。',
    '申し訳ありませんが、そのご依頼にはお答えできません。',
    '죄송하지만 그 요청은 도와드릴 수 없습니다.',
  ])('is seen: %s', (text) => {
    expect(looksLikeRefusal(text)).toBe(true);
  });
});

describe('what is no refusal', () => {
  test.each([
    '',
    '   ',
    'Paris.',
    "I'm sorry to hear that. Here are three things that may help.",
    "I'm sorry for the confusion! The answer is 42.",
    "I can't wait to help you plan the trip!",
    "I can't help but notice that the loop never ends: `i` is not incremented.",
    'I can help with that. First, open the file.',
    'Cannot read properties of undefined means that the object is missing.',
    'You cannot access a private field from outside the class.',
    'The function returns null; it cannot fail.',
    'Sorry, my mistake: the total is 18.',
    'Unfortunately, the test fails because the port is taken. Free it and run again.',
    'Here is a polite refusal you can send: "I\'m sorry, but I can\'t help with that."',
    'Leider regnet es morgen nicht.',
    'Lo siento mucho por tu pérdida.',
    'Je suis désolé pour cette erreur. Voici la correction.',
    '"I cannot help you" heißt auf Deutsch „Ich kann dir nicht helfen".',
    '抱歉让你久等了，答案是四。',
  ])('is let pass: %s', (text) => {
    expect(looksLikeRefusal(text)).toBe(false);
  });

  test('is a long answer, however it begins', () => {
    const text = `I'm sorry, but I can't assist with the first part. ${'Here is how the second part works. '.repeat(30)}`;
    expect(looksLikeRefusal(text)).toBe(false);
  });

  test('is looked at in a moment, whatever the text', () => {
    for (const start of ['i ', "i'm sorry ", 'sorry,', 'leider ', 'unfortunately i cannot ', '죄송합니다 ']) {
      expect(looksLikeRefusal(start.repeat(600 / start.length))).toBeTypeOf('boolean');
    }
  });
});
