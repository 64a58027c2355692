import { createRequire, Module } from 'node:module';
import { dirname } from 'node:path';
import { z } from 'zod';
import type { Finding } from './findings.ts';

/** It asks the network which releases are safe; `npm audit` does, with newer knowledge. */
const LEFT_OUT = ['AvailableSecurityFixesGlobalCheck'];

const answer = z.object({
  errors: z.array(z.object({ file: z.string(), message: z.string(), tolerable: z.boolean() })),
  issues: z.array(
    z.object({
      id: z.string(),
      file: z.string(),
      location: z.object({ line: z.number() }),
      sample: z.string().optional(),
      description: z.string(),
    }),
  ),
});
type Scan = (options: Record<string, unknown>) => Promise<unknown>;

/** Runs Electronegativity over a folder. Throws when it could not read a file: what is not read is not checked. */
export async function runScanner(options: {
  input: string;
  electronVersion: string;
  built: boolean;
}): Promise<Finding[]> {
  const { input, electronVersion, built } = options;
  const scanned = answer.parse(
    await loadScanner()({
      input,
      customScan: [],
      excludeFromScan: LEFT_OUT,
      electronVersionOverride: electronVersion,
      isRelative: true,
    }),
  );
  const unread = scanned.errors.filter(({ tolerable }) => !tolerable);
  if (unread.length > 0)
    throw new Error(`Not read: ${unread.map(({ file, message }) => `${file}: ${message}`).join('; ')}`);
  return scanned.issues.map(({ id, file, location, sample, description }) => ({
    check: id,
    file,
    line: location.line,
    code: sample ?? null,
    description,
    built,
  }));
}

/** Its texts come with it: the translations that it would fetch at every start are refused before the network is asked. */
function loadScanner(): Scan {
  const require = createRequire(import.meta.url);
  const home = dirname(require.resolve('@doyensec/electronegativity/package.json'));
  const client = require.resolve('got', { paths: [home] });
  const { log } = console;
  const module = new Module(client);
  module.exports = () => Promise.reject(new Error('offline'));
  module.loaded = true;
  require.cache[client] = module;
  const scan = require('@doyensec/electronegativity') as Scan;
  return async (options) => {
    console.log = () => undefined;
    try {
      return await scan(options);
    } finally {
      console.log = log;
    }
  };
}
