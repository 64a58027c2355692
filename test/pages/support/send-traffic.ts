import type { DemoRequest } from '../../../src-main/demo/demo-request.ts';
import { sendDemoRequest } from '../../../src-main/demo/send-demo-request.ts';
import type { House } from './start-house.ts';

const APPS = ['open-webui/0.6', 'zed/1.2', 'aider/0.90', 'obsidian/1.8', 'continue/1.4'];
const ASKED: readonly Pick<DemoRequest, 'surface' | 'model' | 'question'>[] = [
  { surface: 'OpenAI', model: 'pointsman/auto', question: 'What is 17 + 25?' },
  { surface: 'OpenAI', model: 'pointsman/fast', question: 'What is the capital of France?' },
  { surface: 'Anthropic', model: 'pointsman/best', question: 'How many legs has a crab?' },
  { surface: 'Responses', model: 'pointsman/cheap', question: 'What is 12 * 12?' },
  { surface: 'Ollama', model: 'pointsman/private', question: 'What is 40 - 58?' },
  { surface: 'OpenAI', model: 'cloud/sim-cloud-mini', question: 'What is the capital of Kenya?' },
  { surface: 'Ollama', model: 'sim-llama:3b', question: 'What is 9 * 8?' },
  { surface: 'OpenAI', model: 'no-such-model', question: 'What is 1 + 1?' },
];

/** Sends so many mixed requests as different apps, one after the other, and waits until they are recorded. */
export async function sendTraffic(house: House, count: number): Promise<void> {
  for (let sent = 0; sent < count; sent += 1) await sendOne(house, sent);
  await house.recorded(Math.min(count, 1000));
}

/** The request with this number; equal numbers are equal requests. */
export async function sendOne(house: Pick<House, 'url'>, number: number): Promise<void> {
  const asked = ASKED[number % ASKED.length];
  if (asked === undefined) return;
  const headers = { 'user-agent': APPS[number % APPS.length] ?? '' };
  const request = { ...asked, question: `${asked.question} (${number})`, stream: number % 3 !== 0, headers };
  await sendDemoRequest(request, { gatewayUrl: house.url, signal: AbortSignal.timeout(30_000) });
}
