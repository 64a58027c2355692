import { anthropicForm, openAiForm, type RequestForm } from '../requests.ts';
import type { Server } from '../servers.ts';
import { OLLAMA_MODEL, MODEL } from '../mock-replies.ts';

export const DIRECT = 'direct';
export const MINIMAL = 'minimal undici proxy';
export const NGINX = 'nginx proxy_pass';
export const PORTKEY = 'Portkey';
export const PASS_THROUGH = 'Pointsman pass-through';
export const ROUTED = 'Pointsman routed';
export const TRANSLATED = 'Pointsman translated';

/** One row of the table. Rows may share a server. */
export interface Contestant {
  name: string;
  /** null: no gateway in between; the load goes to the upstream itself. */
  server: Server | null;
  port: number;
  form: RequestForm;
  /** False: does not relay a stream completely; its stream figures stay unmeasured. */
  streams: boolean;
}

/** The three ways through Pointsman, as the names an app would send. */
export const POINTSMAN_FORMS: readonly { name: string; form: RequestForm }[] = [
  { name: PASS_THROUGH, form: openAiForm({ model: `mock/${MODEL}` }) },
  { name: ROUTED, form: openAiForm({ model: 'pointsman/auto' }) },
  { name: TRANSLATED, form: anthropicForm(`local/${OLLAMA_MODEL}`) },
];
