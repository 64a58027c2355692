import { join } from 'node:path';
import { parseArgs } from 'node:util';

export interface Options {
  folder: string;
  set: string;
  seeds: number;
  /** Parts of the prompts sent to strong whose weak outcome is learned too; a row each. */
  shadows: number[];
}

export const USAGE = `npm run bench:routing -- --data DIR [--set NAME] [--seeds N] [--shadow S]...
  --data DIR   folder with the sets, files NAME.jsonl.gz of rows {prompt, weak, strong} (also POINTSMAN_DATA, in routing/)
  --set NAME   default mmlu
  --seeds N    orders of the stream, 1 to 100; default 5
  --shadow S   part of strong-routed prompts whose weak outcome is learned too, in (0, 1]; default 0.2 and 1`;

const DEFAULT_SHADOWS = [0.2, 1];

/** Throws a TypeError that says what is wrong. null: the person asked for help. */
export function parseOptions(args: string[], env: NodeJS.ProcessEnv): Options | null {
  const { values } = parseArgs({
    args,
    options: {
      data: { type: 'string' },
      set: { type: 'string', default: 'mmlu' },
      seeds: { type: 'string', default: '5' },
      shadow: { type: 'string', multiple: true, default: [] },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) return null;
  const folder = values.data ?? (env.POINTSMAN_DATA === undefined ? undefined : join(env.POINTSMAN_DATA, 'routing'));
  if (folder === undefined)
    throw new TypeError('--data DIR is missing (or POINTSMAN_DATA, whose folder routing/ is read)');
  if (!/^[\w.-]+$/.test(values.set)) throw new TypeError(`--set ${values.set}: not a name`);
  const seeds = Number(values.seeds);
  if (!Number.isInteger(seeds) || seeds < 1 || seeds > 100)
    throw new TypeError(`--seeds ${values.seeds}: not in 1…100`);
  const shadows = values.shadow.map(Number);
  const wrong = shadows.find((shadow) => !(shadow > 0 && shadow <= 1));
  if (wrong !== undefined) throw new TypeError(`--shadow ${wrong}: not in (0, 1]`);
  return { folder, set: values.set, seeds, shadows: shadows.length > 0 ? shadows : DEFAULT_SHADOWS };
}
