import { readPrompt, type PromptFeatures } from '../../../../src-main/engine/learning/prompt-features.ts';

const VOCABULARY = {
  code: 'function return array compile python loop index pointer stack bug class import async thread'.split(' '),
  poetry: 'moon river sorrow verse rhyme petal silence autumn lantern heart shadow garden dream song'.split(' '),
};

export type Topic = keyof typeof VOCABULARY;

/** Twelve words of a topic, drawn at random. */
export function promptAbout(topic: Topic, random: () => number): PromptFeatures {
  const words = VOCABULARY[topic];
  return readPrompt(Array.from({ length: 12 }, () => words[Math.floor(random() * words.length)] ?? '').join(' '));
}
