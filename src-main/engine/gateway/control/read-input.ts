import { isJsonObject } from '../../protocols/json.ts';
import { statusOf } from '../../protocols/failure.ts';
import type { GatewayCall } from '../call.ts';
import { readBody } from '../read-body.ts';
import { ControlProblem } from './control-problem.ts';

const MAX_BODY_BYTES = 1024 * 1024;
const JSON_TYPE = /^application\/json\s*(;|$)/i;

/**
 * An operation's input, not parsed yet: fields of the path, with the query of a GET or DELETE or the body of a POST.
 * Rejects with a ControlProblem. A form or plain text, which any web page may send, is refused even when it is empty.
 */
export async function readInput(
  call: GatewayCall,
  parameters: Readonly<Record<string, string>>,
): Promise<Readonly<Record<string, unknown>>> {
  const rest = call.method === 'POST' ? await readJson(call) : Object.fromEntries(new URLSearchParams(call.query));
  const twice = Object.keys(parameters).find((field) => Object.hasOwn(rest, field));
  if (twice === undefined) return { ...rest, ...parameters };
  throw new ControlProblem(400, 'invalid_request', `"${twice}" is a part of the path: leave it out of the rest.`);
}

async function readJson(call: GatewayCall): Promise<Readonly<Record<string, unknown>>> {
  const type = call.request.headers['content-type'];
  if (type !== undefined && !JSON_TYPE.test(type)) throw wrongType();
  const bytes = await readWhole(call);
  if (bytes.length === 0) return {};
  if (type === undefined) throw wrongType();
  let input: unknown;
  try {
    input = JSON.parse(bytes.toString('utf8'));
  } catch {
    throw new ControlProblem(400, 'invalid_request', 'The body is not JSON.');
  }
  if (isJsonObject(input)) return input;
  throw new ControlProblem(400, 'invalid_request', 'The body must be a JSON object.');
}

/** When the client goes away meanwhile nothing comes of it, and nobody is waiting for it. */
function readWhole(call: GatewayCall): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    readBody(call.request, MAX_BODY_BYTES, {
      onBody: resolve,
      onFailure: (failure) => reject(new ControlProblem(statusOf(failure), failure.code, failure.message)),
    });
  });
}

function wrongType(): ControlProblem {
  return new ControlProblem(415, 'unsupported_media_type', 'Send the header "content-type: application/json".');
}
