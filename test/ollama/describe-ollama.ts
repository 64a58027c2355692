import { afterAll, beforeAll, describe } from 'vitest';
import { describeAnthropic } from './describe-anthropic.ts';
import { describeNative } from './describe-native.ts';
import { describeOpenAi } from './describe-openai.ts';
import { startBehindGateway, type OllamaBehindGateway, type RunningOllama } from './start-behind-gateway.ts';

interface OllamaSuite {
  name: string;
  /** Null: there is none, and the suite is skipped. */
  start: (() => Promise<RunningOllama>) | null;
}

/** The conformance suite for an Ollama behind the gateway: one Ollama, one model, three clients. */
export function describeOllama({ name, start }: OllamaSuite): void {
  describe.skipIf(start === null)(name, () => {
    let running: OllamaBehindGateway | null = null;
    const target = (): OllamaBehindGateway => {
      if (running === null) throw new Error('Ollama has not been started');
      return running;
    };
    beforeAll(async () => {
      if (start !== null) running = await startBehindGateway(await start());
    });
    afterAll(() => running?.stop());
    describeNative(target);
    describeOpenAi(target);
    describeAnthropic(target);
  });
}
