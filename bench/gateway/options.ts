import { parseArgs } from 'node:util';

export interface Options {
  quick: boolean;
  /** Parts of contestants' names, lower case; empty: all. The two yardsticks are always there. */
  only: string[];
  portkeyFolders: string[];
}

export const USAGE = `npm run bench:gateway -- [--quick] [--only NAME]... [--portkey DIR]
  --quick        about 40 seconds: shows that it works; figures are not judged
  --only NAME    contestants whose name holds NAME (nginx, portkey, pointsman, routed…), beside direct and minimal
  --portkey DIR  folder with @portkey-ai/gateway in its node_modules (also PORTKEY_DIR); to stream, Portkey needs
                 @hono/node-server 1.14.1: "overrides": { "@hono/node-server": "1.14.1" } in DIR's package.json`;

/** Throws a TypeError for what it does not know. */
export function parseOptions(args: string[], env: NodeJS.ProcessEnv): Options {
  const { values } = parseArgs({
    args,
    options: {
      quick: { type: 'boolean', default: false },
      only: { type: 'string', multiple: true, default: [] },
      portkey: { type: 'string' },
    },
  });
  const folders = [values.portkey, env.PORTKEY_DIR, process.cwd()];
  return {
    quick: values.quick,
    only: values.only.map((name) => name.toLowerCase()),
    portkeyFolders: folders.filter((folder) => folder !== undefined),
  };
}
