import type { z } from 'zod';
import {
  operations,
  type OperationInput,
  type OperationName,
  type OperationOutput,
  type OperationParsed,
} from './operations.ts';

/** The table as the compiler can follow it from a name to its own input and output. */
export const operationSchemas: {
  readonly [Name in OperationName]: {
    readonly input: z.ZodType<OperationParsed<Name>>;
    readonly output: z.ZodType<OperationOutput<Name>>;
  };
} = operations;

/** One HTTP request for an operation. */
export interface OperationCall {
  method: 'GET' | 'POST' | 'DELETE';
  /** With the query, from the first slash on. */
  path: string;
  /** JSON; null: none is sent. */
  body: string | null;
}

/** The request that asks for an operation: fields named in the path go there, the rest into query or body. */
export function toOperationCall<Name extends OperationName>(name: Name, input: OperationInput<Name>): OperationCall {
  const { method, path: template } = operations[name];
  const rest = new Map<string, unknown>(Object.entries(input).filter(([, value]) => value !== undefined));
  const path = template.replace(/\{(\w+)\}/g, (_whole, field: string) => {
    const value = rest.get(field);
    rest.delete(field);
    return encodeURIComponent(String(value));
  });
  if (rest.size === 0) return { method, path, body: null };
  if (method === 'POST') return { method, path, body: JSON.stringify(Object.fromEntries(rest)) };
  const texts = [...rest].map(([field, value]) => [field, String(value)] as const);
  return { method, path: `${path}?${new URLSearchParams(Object.fromEntries(texts)).toString()}`, body: null };
}
