import type { JsonObject } from '../engine/protocols/json.ts';

/** Countries whose capital the simulated models were given. */
const COUNTRIES = [
  ...['France', 'Portugal', 'Norway', 'Japan', 'Canada', 'Australia', 'Kenya', 'Peru', 'Austria', 'Egypt', 'Spain'],
  ...['Italy', 'Greece', 'Finland', 'Sweden', 'Poland', 'Ireland', 'Chile', 'Cuba', 'Ghana', 'Nepal', 'Vietnam'],
  ...['Senegal', 'Latvia'],
];

const WAYS_TO_ASK: readonly ((country: string) => string)[] = [
  (country) => `What is the capital of ${country}?`,
  (country) => `Name the capital of ${country}.`,
  (country) => `Which city is the capital of ${country}?`,
  (country) => `Tell me the capital of ${country}, please.`,
  (country) => `I forgot the capital of ${country}. Which city is it?`,
  (country) => `Do you know the capital of ${country}?`,
  (country) => `Please give me the capital of ${country}.`,
  (country) => `We travel to the capital of ${country}. Where are we going?`,
];

const ELEMENTS = ['gold', 'silver', 'iron', 'lead', 'tin', 'sodium', 'tungsten'];

const WAYS_TO_ASK_SYMBOLS: readonly ((element: string) => string)[] = [
  (element) => `What is the chemical symbol of ${element}?`,
  (element) => `Write down the chemical symbol for ${element}.`,
  (element) => `Which letters are the chemical symbol of ${element}?`,
];

/** Questions with a known answer, each asked once: the same words again would count as a complaint about the answer before. */
export interface Questions {
  capital: () => string;
  product: () => string;
  /** Of things that were not asked before. */
  symbol: () => string;
}

export function createQuestions(): Questions {
  let capitals = 0;
  let products = 0;
  let symbols = 0;
  return {
    capital() {
      const place = capitals++;
      const ask = WAYS_TO_ASK[Math.floor(place / COUNTRIES.length) % WAYS_TO_ASK.length] ?? String;
      return ask(COUNTRIES[place % COUNTRIES.length] ?? '');
    },
    product() {
      const place = products++;
      return `What is ${13 + ((place * 37) % 800)} * ${7 + ((place * 23) % 89)}?`;
    },
    symbol() {
      const place = symbols++;
      const ask = WAYS_TO_ASK_SYMBOLS[Math.floor(place / ELEMENTS.length) % WAYS_TO_ASK_SYMBOLS.length] ?? String;
      return ask(ELEMENTS[place % ELEMENTS.length] ?? '');
    },
  };
}

/** For answers that a program reads. */
export const ANSWER_SCHEMA: JsonObject = {
  type: 'object',
  properties: { answer: { type: 'string' } },
  required: ['answer'],
  additionalProperties: false,
};
