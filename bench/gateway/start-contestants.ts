import { findFault } from './check-contestant.ts';
import { DIRECT, MINIMAL, NGINX, POINTSMAN_FORMS, PORTKEY, type Contestant } from './contestants/contestant.ts';
import { findNginx, startNginx } from './contestants/start-nginx.ts';
import { preparePointsmanHome, startPointsman } from './contestants/start-pointsman.ts';
import { findPortkey, portkeyForm, startPortkey } from './contestants/start-portkey.ts';
import { openAiForm } from './requests.ts';
import { startScript, type Server } from './servers.ts';

export interface Field {
  contestants: Contestant[];
  /** Whom we would have liked to have here, or what is odd about those who are. */
  notes: string[];
}

interface Start {
  /** Temporary folder of this run. */
  folder: string;
  upstream: Server;
  portkeyFolders: readonly string[];
  /** Takes each server as soon as it runs, to be stopped in the end. */
  keep: (server: Server) => Server;
  wants: (name: string) => boolean;
  /** All of them run, and nobody has asked them anything. */
  beforeAsked: (contestants: readonly Contestant[]) => Promise<void>;
}

/** Starts everybody who can be started here and makes sure that each does its work. Throws when one does not. */
export async function startContestants(start: Start): Promise<Field> {
  const { upstream } = start;
  const field: Field = { contestants: [], notes: [] };
  const add = (entry: Pick<Contestant, 'name' | 'server'> & Partial<Contestant>) =>
    field.contestants.push({ port: (entry.server ?? upstream).port, form: openAiForm(), streams: true, ...entry });
  add({ name: DIRECT, server: null });
  const minimal = start.keep(await startScript('minimal-proxy.ts', [`http://127.0.0.1:${upstream.port}`]));
  add({ name: MINIMAL, server: minimal });
  if (start.wants(NGINX)) await addNginx({ start, field, add });
  if (start.wants(PORTKEY)) await addPortkey({ start, field, add });
  const forms = POINTSMAN_FORMS.filter(({ name }) => start.wants(name));
  if (forms.length > 0) {
    const home = preparePointsmanHome({ folder: start.folder, name: 'pointsman', upstreamPort: upstream.port });
    const server = start.keep(await startPointsman(home));
    for (const { name, form } of forms) add({ name, server, form });
  }
  await start.beforeAsked(field.contestants);
  for (const contestant of field.contestants) await examine(contestant, field);
  return field;
}

interface Adding {
  start: Start;
  field: Field;
  add: (entry: Pick<Contestant, 'name' | 'server'> & Partial<Contestant>) => void;
}

async function addNginx({ start, field, add }: Adding): Promise<void> {
  const version = findNginx();
  if (version === null) {
    field.notes.push('nginx: not on the PATH, not measured');
    return;
  }
  field.notes.push(`nginx: ${version}, one worker, proxy_buffering off`);
  add({
    name: NGINX,
    server: start.keep(await startNginx({ folder: start.folder, upstreamPort: start.upstream.port })),
  });
}

async function addPortkey({ start, field, add }: Adding): Promise<void> {
  const installation = findPortkey(start.portkeyFolders);
  if (installation === null) {
    field.notes.push('Portkey: not installed (--portkey DIR or PORTKEY_DIR names the folder), not measured');
    return;
  }
  const { version, httpServerVersion } = installation;
  field.notes.push(`Portkey: @portkey-ai/gateway ${version} on @hono/node-server ${httpServerVersion}`);
  const server = start.keep(await startPortkey(installation));
  add({ name: PORTKEY, server, form: portkeyForm(start.upstream.port) });
}

/** A contestant that cannot stream is measured without; one that cannot answer at all is a fault of this benchmark. */
async function examine(contestant: Contestant, field: Field): Promise<void> {
  const fault = await findFault(contestant);
  if (fault.plain !== null) throw new Error(`${contestant.name}: ${fault.plain}`);
  if (fault.stream === null) return;
  if (contestant.name !== PORTKEY) throw new Error(`${contestant.name}, streamed: ${fault.stream}`);
  contestant.streams = false;
  field.notes.push(`${contestant.name}: streams not measured, ${fault.stream}`);
}
