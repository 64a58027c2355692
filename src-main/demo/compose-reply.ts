import type { JsonObject } from '../engine/protocols/json.ts';
import type { EnginePrompt, PromptTool } from './engine-prompt.ts';
import { fillSchema, type SchemaHints } from './fill-schema.ts';
import { findQuestion } from './known-questions.ts';
import { createSeededRandom } from './seeded-random.ts';
import type { SimulatedModel } from './simulated-model.ts';
import { splitTokens } from './split-tokens.ts';

/** What a simulated model says, before it is put on the wire. */
export interface ComposedReply {
  /** Pieces of thinking, then pieces of text: one for each token. */
  thinking: string[];
  text: string[];
  toolCall: { name: string; arguments: JsonObject } | null;
  finish: 'stop' | 'length' | 'tool_calls';
  outputTokens: number;
  /** Multiplies the model's times for this reply: 0.8 to 1.2. */
  pace: number;
}

/** Prose says of itself that it is simulated. JSON cannot; there the model's name says it. */
const LABEL = '[simulated]';

/** Pure: the same prompt, model and seed give the same reply. */
export function composeReply(asked: { prompt: EnginePrompt; model: SimulatedModel; seed: number }): ComposedReply {
  const { prompt, model, seed } = asked;
  const random = createSeededRandom(seed, model.name, prompt.question);
  const answer = chooseAnswer(prompt.question, model, random);
  const hints = toHints(prompt.question, answer.short);
  const luck = 0.8 + 0.4 * random();
  const pace = model.isSteady === true ? 1 : luck;
  const tool = chooseTool(prompt);
  if (tool !== undefined) {
    const call = { name: tool.name, arguments: toObject(fillSchema(tool.parameters, hints)) };
    const outputTokens = splitTokens(JSON.stringify(call.arguments)).length + 8;
    return { thinking: [], text: [], toolCall: call, finish: 'tool_calls', outputTokens, pace };
  }
  const plain = say(prompt, answer.long, hints);
  const said = prompt.output !== null && random() < model.fencedJson ? `\`\`\`json\n${plain}\n\`\`\`` : plain;
  const thinks = prompt.think ?? model.thinks;
  const thinking = thinks ? splitTokens(`${LABEL} The question is: ${prompt.question.slice(0, 80)}`) : [];
  return limit({ thinking, text: splitTokens(cutAtStop(said, prompt.stop)) }, prompt, pace);
}

function say(prompt: EnginePrompt, sentence: string, hints: SchemaHints): string {
  if (prompt.output === 'json') return JSON.stringify({ answer: hints.answer });
  if (prompt.output !== null) return JSON.stringify(fillSchema(prompt.output, hints));
  const explanation = ASKS_WHY.test(prompt.question) ? ` ${EXPLANATION}` : '';
  return `${LABEL} ${prompt.toolResult === null ? sentence + explanation : `The tool says: ${prompt.toolResult.slice(0, 400)}`}`;
}

const ASKS_WHY = /\bexplain\b/iu;

/** About forty tokens that take time and cost money, as an explanation does. */
const EXPLANATION =
  'These words stand for an explanation, which a simulated model does not have. Real answers are longer than a word,' +
  ' take their time to be written, and cost money by the token.';

function chooseAnswer(
  question: string,
  { accuracy }: SimulatedModel,
  random: () => number,
): { short: string; long: string } {
  const known = findQuestion(question);
  if (known === null) {
    const long = 'I am a simulated model: I can add, subtract, multiply, and know a few capitals and symbols.';
    return { short: 'unknown', long };
  }
  const isRight = random() < accuracy[known.kind];
  const slip = known.wrongAnswers[Math.floor(random() * known.wrongAnswers.length)];
  const short = isRight ? known.answer : (slip ?? 'unknown');
  return { short, long: known.sentence(short) };
}

/** A tool is called when it must be, or when a word of its name stands in the question; never right after a result. */
function chooseTool(prompt: EnginePrompt): PromptTool | undefined {
  if (prompt.toolChoice === 'none' || prompt.toolResult !== null) return undefined;
  const question = prompt.question.toLowerCase();
  const fitting = prompt.tools.find((tool) =>
    tool.name.split(/[^\p{L}]+/u).some((word) => word.length > 3 && question.includes(word.toLowerCase())),
  );
  return fitting ?? (prompt.toolChoice === 'required' ? prompt.tools[0] : undefined);
}

/** The subject is the last capitalised word that does not open the question. */
function toHints(question: string, answer: string): SchemaHints {
  const subject = question.match(/(?<=\S\s)\p{Lu}[\p{L}-]+/gu)?.at(-1);
  const number = Number(answer);
  return { answer, subject: subject ?? answer, number: Number.isFinite(number) ? number : 1 };
}

function toObject(value: ReturnType<typeof fillSchema>): JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : {};
}

function cutAtStop(text: string, stop: readonly string[]): string {
  const ends = stop.map((each) => text.indexOf(each)).filter((index) => index >= 0);
  return text.slice(0, Math.min(text.length, ...ends));
}

/** Thinking counts against the limit too. */
function limit(said: { thinking: string[]; text: string[] }, prompt: EnginePrompt, pace: number): ComposedReply {
  const thinking = said.thinking.slice(0, prompt.maxTokens);
  const text = said.text.slice(0, prompt.maxTokens - thinking.length);
  const isWhole = thinking.length + text.length === said.thinking.length + said.text.length;
  const outputTokens = thinking.length + text.length;
  return { thinking, text, toolCall: null, finish: isWhole ? 'stop' : 'length', outputTokens, pace };
}
