export type QuestionKind = 'sum' | 'fact';

/** A question whose answer the simulated models were given, so that "right" and "wrong" are facts. */
export interface KnownQuestion {
  kind: QuestionKind;
  answer: string;
  /** What a model says that gets it wrong. */
  wrongAnswers: readonly string[];
  /** The whole sentence around an answer. */
  sentence(answer: string): string;
}

/** Finds the question in a prompt; null: nobody here knows the answer. */
export function findQuestion(prompt: string): KnownQuestion | null {
  return findSum(prompt) ?? findFact(prompt);
}

/** Whether a reply holds the right answer as a word of its own; null when the question has no known answer. */
export function isRight(exchange: { prompt: string; reply: string }): boolean | null {
  const question = findQuestion(exchange.prompt);
  if (question === null) return null;
  const said = question.sentence(question.answer);
  if (exchange.reply.includes(said)) return true;
  // Answers are made of letters, digits and a minus sign: nothing in them means anything to a pattern.
  const word = new RegExp(`(?<![\\p{L}\\p{N}-])${question.answer}(?![\\p{L}\\p{N}])`, 'u');
  return word.test(withoutQuestion(exchange));
}

/** A reply that repeats "17 + 25" has not answered 25 by it. */
function withoutQuestion({ prompt, reply }: { prompt: string; reply: string }): string {
  const sum = SUM.exec(prompt);
  return sum === null ? reply : reply.replace(sum[0], '');
}

const SUM = /(-?\d{1,6})\s*([-+*x×])\s*(\d{1,6})/u;

const OPERATIONS: Readonly<Record<string, (one: number, other: number) => number>> = {
  '+': (one, other) => one + other,
  '-': (one, other) => one - other,
  '*': (one, other) => one * other,
  x: (one, other) => one * other,
  '×': (one, other) => one * other,
};

function findSum(prompt: string): KnownQuestion | null {
  const match = SUM.exec(prompt);
  const operate = OPERATIONS[match?.[2] ?? ''];
  if (match === null || operate === undefined) return null;
  const result = operate(Number(match[1]), Number(match[3]));
  return {
    kind: 'sum',
    answer: String(result),
    wrongAnswers: [1, -1, 10, -10].map((slip) => String(result + slip)),
    sentence: (answer) => `${match[1] ?? ''} ${match[2] ?? ''} ${match[3] ?? ''} = ${answer}.`,
  };
}

interface FactTable {
  /** The subject is the first group. */
  question: RegExp;
  sentence: (subject: string, answer: string) => string;
  answers: Readonly<Record<string, string>>;
}

const FACTS: readonly FactTable[] = [
  {
    question: /capital of (\p{L}+)/iu,
    sentence: (subject, answer) => `The capital of ${subject} is ${answer}.`,
    answers: {
      France: 'Paris',
      Portugal: 'Lisbon',
      Norway: 'Oslo',
      Japan: 'Tokyo',
      Canada: 'Ottawa',
      Australia: 'Canberra',
      Kenya: 'Nairobi',
      Peru: 'Lima',
      Austria: 'Vienna',
      Egypt: 'Cairo',
      Spain: 'Madrid',
      Italy: 'Rome',
      Greece: 'Athens',
      Finland: 'Helsinki',
      Sweden: 'Stockholm',
      Poland: 'Warsaw',
      Ireland: 'Dublin',
      Chile: 'Santiago',
      Cuba: 'Havana',
      Ghana: 'Accra',
      Nepal: 'Kathmandu',
      Vietnam: 'Hanoi',
      Senegal: 'Dakar',
      Latvia: 'Riga',
    },
  },
  {
    question: /chemical symbol (?:of|for) (\p{L}+)/iu,
    sentence: (subject, answer) => `The chemical symbol of ${subject} is ${answer}.`,
    answers: { gold: 'Au', silver: 'Ag', iron: 'Fe', lead: 'Pb', tin: 'Sn', sodium: 'Na', tungsten: 'W' },
  },
  {
    question: /how many legs (?:has|does) an? (\p{L}+)/iu,
    sentence: (subject, answer) => `A ${subject} has ${answer} legs.`,
    answers: { spider: '8', beetle: '6', crab: '10', horse: '4', hen: '2' },
  },
];

function findFact(prompt: string): KnownQuestion | null {
  for (const table of FACTS) {
    const asked = table.question.exec(prompt)?.[1]?.toLowerCase();
    const fact = Object.entries(table.answers).find(([subject]) => subject.toLowerCase() === asked);
    if (fact === undefined) continue;
    const [subject, answer] = fact;
    const wrongAnswers = Object.values(table.answers).filter((other) => other !== answer);
    return { kind: 'fact', answer, wrongAnswers, sentence: (said) => table.sentence(subject, said) };
  }
  return null;
}
