import type { JsonObject } from '../engine/protocols/json.ts';

export type SurfaceName = 'OpenAI' | 'Responses' | 'Anthropic' | 'Ollama';

/** One thing that the demo asks the gateway. */
export interface DemoRequest {
  surface: SurfaceName;
  /** As an app would name it. */
  model: string;
  question: string;
  stream: boolean;
  /** Offers the model this tool. */
  tool?: DemoTool;
  /** Wants JSON of this shape. */
  schema?: JsonObject;
  /** Longest answer, in tokens. */
  maxTokens?: number;
  /** Beside the usual ones; `user-agent` names the app. */
  headers?: Readonly<Record<string, string>>;
  /** The simulated cloud answers 500 while this request runs. */
  duringOutage?: boolean;
  /** Said before the row, when the request shows something special. */
  note?: string;
}

interface DemoTool {
  name: string;
  description: string;
  parameters: JsonObject;
}
