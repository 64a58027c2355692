import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import type { ValidateFunction } from 'ajv';
import { findSharedData } from './data-folder.ts';

/** The vendors' own schemas, compiled once a name. Complaints are thrown with the value that broke them. */
const sources = {
  openai: { file: 'specs/openai.ajv.schema.json', prefix: 'openai#/$defs/' },
  anthropic: { file: 'specs/anthropic.ajv.schema.json', prefix: 'anthropic#/definitions/' },
  ollama: { file: 'specs/ollama.sdk-types.schema.json', prefix: 'ollama#/definitions/' },
} as const;

type Vendor = keyof typeof sources;

const engines = new Map<Vendor, Ajv | Ajv2020 | null>();
const compiled = new Map<string, ValidateFunction>();

/**
 * Checks one JSON body or stream event that we emit. Names: openai CreateChatCompletionResponse,
 * CreateChatCompletionStreamResponse, ResponseStreamEvent, …; anthropic AnyStreamEvent, MessageResponse,
 * CountTokensResponse; ollama ChatResponse, GenerateResponse, …
 */
export function expectSchema(vendor: Vendor, name: string, value: unknown): void {
  const engine = engineOf(vendor);
  if (engine === null) return;
  const ref = sources[vendor].prefix + name;
  let validate = compiled.get(ref);
  if (validate === undefined) compiled.set(ref, (validate = engine.compile({ $ref: ref })));
  if (validate(value)) return;
  const complaints = JSON.stringify(validate.errors?.slice(0, 5), null, 1);
  throw new Error(`not a ${vendor} ${name}: ${complaints}\n${JSON.stringify(value).slice(0, 2000)}`);
}

function engineOf(vendor: Vendor): Ajv | Ajv2020 | null {
  let engine = engines.get(vendor);
  if (engine === undefined) engines.set(vendor, (engine = createEngine(vendor)));
  return engine;
}

function createEngine(vendor: Vendor): Ajv | Ajv2020 | null {
  const path = findSharedData(sources[vendor].file);
  if (path === null) return null;
  const schema = JSON.parse(readFileSync(path, 'utf8')) as Record<string, unknown>;
  schema.$id = vendor;
  const engine = vendor === 'openai' ? new Ajv2020({ strict: false }) : new Ajv({ strict: false });
  (addFormats as unknown as (ajv: unknown) => void)(engine);
  engine.addFormat('unixtime', true);
  engine.addSchema(schema);
  return engine;
}
