import type { ChatRequest } from '../../src-main/engine/protocols/chat-request.ts';
import type { RequestPins } from '../../src-main/engine/routing/decision.ts';

/** One request with what nobody but the simulation knows of it. */
export interface SimulatedTask {
  /** Unique; with the seed it decides the luck of every call made for it. */
  id: string;
  app: string;
  request: ChatRequest;
  pins: RequestPins;
  promptTokens: number;
  /** Upstreams find the beginning of the same conversation in their prompt caches; null: there is none. */
  conversation: string | null;
  /** A person waits for it: may rate the answer, hang up, ask again. */
  hasPerson: boolean;
  /** Hidden from everybody: what it is… */
  kind: 'chat' | 'code' | 'extract' | 'translate' | 'summarise' | 'write' | 'agent' | 'quick';
  /** …how hard, from 0 to about 1, … */
  difficulty: number;
  /** …and how long a middling model's answer is. */
  answerTokens: number;
}
