import { parseArgs } from 'node:util';

export interface Options {
  quick: boolean;
  seeds: number;
  /** Contenders whose name holds one of these; empty: all. */
  only: string[];
  /** Prints so many decisions of each contender. */
  sample: number;
}

export const USAGE = `npm run bench:week -- [--quick] [--seeds N] [--only NAME]... [--sample N]
  --quick      one seed: shows that it works; figures are not judged
  --seeds N    weeks of different luck (default 3); every contender meets the same ones
  --only NAME  contenders whose name holds NAME; figures are not judged
  --sample N   prints N decisions of each contender from all over the week`;

/** Throws a TypeError for what it does not know. */
export function parseOptions(args: string[]): Options {
  const { values } = parseArgs({
    args,
    options: {
      quick: { type: 'boolean', default: false },
      seeds: { type: 'string' },
      only: { type: 'string', multiple: true, default: [] },
      sample: { type: 'string', default: '0' },
    },
  });
  return {
    quick: values.quick,
    seeds: countOf('--seeds', values.seeds ?? (values.quick ? '1' : '3'), 1),
    only: values.only,
    sample: countOf('--sample', values.sample, 0),
  };
}

function countOf(name: string, text: string, least: number): number {
  const count = Number(text);
  if (!Number.isInteger(count) || count < least) throw new TypeError(`${name} wants a whole number from ${least} on`);
  return count;
}
