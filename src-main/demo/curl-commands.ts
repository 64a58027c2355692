import type { JsonObject } from '../engine/protocols/json.ts';

/** One command for each surface, ready to be pasted into a shell. */
export function printCurlCommands(gatewayUrl: string): string[] {
  // JSON may break anywhere between its members, and a quoted shell word over lines: so each line fits a terminal.
  const command = (title: string, path: string, body: JsonObject): string[] => [
    `# ${title}`,
    `curl -N ${new URL(path, gatewayUrl).href} -H 'content-type: application/json' \\`,
    `  -d '${JSON.stringify(body).replace(',"messages"', ',\n       "messages"')}'`,
    '',
  ];
  const ask = (content: string): JsonObject[] => [{ role: 'user', content }];
  const lines = [
    'Try it by hand (the engines behind it stay simulated; add -i to see where a request went and why):',
    '',
    ...command('OpenAI', '/v1/chat/completions', {
      model: 'pointsman/auto',
      messages: ask('What is 6 * 7?'),
      stream: true,
    }),
    ...command('Anthropic', '/v1/messages', {
      model: 'pointsman/best',
      max_tokens: 64,
      messages: ask('What is the capital of Japan?'),
    }),
    ...command('Ollama', '/api/chat', { model: 'pointsman/private', messages: ask('What is 6 * 7?') }),
  ];
  return lines.flatMap((line) => line.split('\n'));
}
