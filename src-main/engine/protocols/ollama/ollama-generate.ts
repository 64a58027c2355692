import type { SurfaceFormat, UpstreamFormat } from '../format.ts';
import { inspectResult } from './inspect-result.ts';
import { OllamaDecoder } from './ollama-decoder.ts';
import { OllamaEncoder } from './ollama-encoder.ts';
import { OllamaPassThrough } from './ollama-pass-through.ts';
import { parseGenerateRequest } from './parse-generate-request.ts';
import { parseResult } from './parse-result.ts';
import { printGenerateRequest, unsupportedByGenerate } from './print-generate-request.ts';
import { printResult } from './print-result.ts';

/** Ollama's `POST /api/generate`. */
export const ollamaGenerate: SurfaceFormat & UpstreamFormat = {
  name: 'ollama-generate',
  protocol: 'ollama',
  streamType: 'application/x-ndjson',
  parseRequest: parseGenerateRequest,
  createEncoder: (reply) => new OllamaEncoder('generate', reply),
  printResult: (result, reply) => printResult(result, 'generate', reply),
  createPassThrough: () => new OllamaPassThrough('generate'),
  inspectResult: (body) => inspectResult(body, 'generate'),
  unsupported: unsupportedByGenerate,
  printRequest: printGenerateRequest,
  createDecoder: (request) => new OllamaDecoder('generate', request),
  parseResult: (body, request) => parseResult(body, 'generate', request),
};
