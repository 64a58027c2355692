import { setTimeout as delay } from 'node:timers/promises';
import type { Contestant } from './contestants/contestant.ts';
import { CONTENT_MARK } from './mock-replies.ts';

const READY_LIMIT_MS = 10_000;
const POLL_MS = 100;
const PIECES = 5;

/**
 * Does the contestant really do the work, in its own wire format: text and usage of a plain answer, every piece of a
 * streamed one and its end? Waits for it to become ready. Returns what is wrong, null when nothing is.
 */
export async function findFault(contestant: Contestant): Promise<{ plain: string | null; stream: string | null }> {
  const deadlineMs = performance.now() + READY_LIMIT_MS;
  let plain = await findPlainFault(contestant);
  while (plain !== null && performance.now() < deadlineMs) {
    await delay(POLL_MS);
    plain = await findPlainFault(contestant);
  }
  return { plain, stream: plain ?? (await findStreamFault(contestant)) };
}

async function findPlainFault(contestant: Contestant): Promise<string | null> {
  const { status, text } = await post(contestant, contestant.form.plainBody);
  if (status !== 200) return `answered ${status}: ${text.slice(0, 200)}`;
  if (!text.includes(CONTENT_MARK)) return 'the text is missing';
  return hasUsage(text) ? null : 'the usage is missing';
}

async function findStreamFault(contestant: Contestant): Promise<string | null> {
  const { status, text } = await post(contestant, contestant.form.streamBody(PIECES));
  if (status !== 200) return `answered ${status}: ${text.slice(0, 200)}`;
  const pieces = text.split(CONTENT_MARK).length - 1;
  if (pieces !== PIECES) return `${pieces} of ${PIECES} chunks arrived`;
  if (!/\[DONE\]|message_stop/.test(text)) return 'the end of the stream is missing';
  return hasUsage(text) ? null : 'the usage is missing';
}

function hasUsage(text: string): boolean {
  return (
    /"(?:prompt_tokens|input_tokens)": ?57\b/.test(text) && /"(?:completion_tokens|output_tokens)": ?24\b/.test(text)
  );
}

async function post(contestant: Contestant, body: object): Promise<{ status: number; text: string }> {
  try {
    const reply = await fetch(`http://127.0.0.1:${contestant.port}${contestant.form.path}`, {
      method: 'POST',
      headers: { ...contestant.form.headers, 'content-type': 'application/json' },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(READY_LIMIT_MS),
    });
    return { status: reply.status, text: await reply.text() };
  } catch (error) {
    return { status: 0, text: String(error instanceof Error ? (error.cause ?? error) : error) };
  }
}
