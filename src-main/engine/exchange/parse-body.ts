import { closingQuote } from './closing-quote.ts';
import { describeJsonError } from './describe-json-error.ts';
import { InvalidRequest } from '../protocols/failure.ts';
import { isJsonObject, type JsonObject } from '../protocols/json.ts';

/** Nesting beyond this is no request any protocol knows; tool schemas reach 20. */
const DEEPEST = 500;
/** A shorter body cannot nest deep enough to hurt anything that walks it. */
const HARMLESS_LENGTH = 4_096;

/** Parses a request body. Throws InvalidRequest that says where it stopped being JSON. */
export function parseBody(text: string): JsonObject {
  if (text.length > HARMLESS_LENGTH && nestsTooDeep(text)) {
    throw new InvalidRequest(`The body nests deeper than ${DEEPEST} levels. Send a flatter request.`);
  }
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch (error) {
    const where = describeJsonError(text, error);
    throw new InvalidRequest(
      text === '' ? 'The body is empty: send a JSON object.' : `The body is not JSON: ${where}.`,
    );
  }
  if (!isJsonObject(body)) throw new InvalidRequest('The body must be a JSON object.');
  const twin = findTwinOfModel(body);
  if (twin !== null) throw twin;
  return body;
}

/**
 * Go's JSON reader takes "Model" for "model": such a twin could name another model to Ollama than the one we checked.
 * null: there is none.
 */
export function findTwinOfModel(body: JsonObject): InvalidRequest | null {
  for (const name in body) {
    if (name.length === 5 && name !== 'model' && name.toLowerCase() === 'model') {
      return new InvalidRequest(`The field "${name}" is ambiguous: write "model" in lower case.`, name);
    }
  }
  return null;
}

const QUOTE = 34;

/** Counts brackets outside strings; strings are jumped over with the engine's own search. */
function nestsTooDeep(text: string): boolean {
  let depth = 0;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) at = closingQuote(text, at);
    else if (code === 123 || code === 91) {
      depth += 1;
      if (depth > DEEPEST) return true;
    } else if (code === 125 || code === 93) depth -= 1;
  }
  return false;
}
