import type { ChatPart, ChatRequest, ImagePart, TextPart } from '../protocols/chat-request.ts';
import type { Failure } from '../protocols/failure.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../protocols/json.ts';
import { LARGEST_IMAGE_BYTES, type FetchImage, type ImageFetch } from '../providers/fetch-image.ts';
import { mapInParallel } from '../providers/map-in-parallel.ts';

/** What stands at an image's address. */
export interface InlineImage {
  /** Bare base64. */
  data: string;
  mediaType: string;
}

/** By the address as the client wrote it. */
export type InlineImages = ReadonlyMap<string, InlineImage>;

const FETCHES_AT_ONCE = 4;
const LONGEST_ADDRESS_TOLD = 200;

/** The addresses of a request's images, each once, in order; empty for most requests. */
export function imageAddressesOf(request: ChatRequest): string[] {
  const addresses = new Set<string>();
  for (const { parts } of request.messages) {
    for (const part of parts) {
      for (const piece of part.type === 'tool_result' ? part.content : [part]) {
        if (piece.type === 'image' && piece.source.kind === 'url') addresses.add(piece.source.url);
      }
    }
  }
  return [...addresses];
}

/**
 * Fetches the images at these addresses, a few at a time; the first one that cannot be had ends the others. `maxBytes`:
 * of all together. Never rejects.
 */
export async function fetchImages(
  addresses: readonly string[],
  options: { fetchImage: FetchImage; maxBytes: number; signal: AbortSignal },
): Promise<{ ok: true; images: InlineImages } | { ok: false; failure: Failure }> {
  const images = new Map<string, InlineImage>();
  const failures: Failure[] = [];
  const enough = new AbortController();
  const signal = AbortSignal.any([options.signal, enough.signal]);
  let bytesLeft = options.maxBytes;
  await mapInParallel(addresses, FETCHES_AT_ONCE, async (address) => {
    if (signal.aborted) return;
    const answer = await options.fetchImage(address, signal);
    const fetched = within(bytesLeft, answer);
    if (fetched.ok) {
      bytesLeft -= fetched.bytes.length;
      images.set(address, { data: fetched.bytes.toString('base64'), mediaType: fetched.mediaType });
      return;
    }
    failures.push(toFailure(address, fetched.reason));
    enough.abort();
  });
  const [failure] = failures;
  return failure === undefined ? { ok: true, images } : { ok: false, failure };
}

function within(bytesLeft: number, fetched: ImageFetch): ImageFetch {
  if (!fetched.ok || fetched.bytes.length <= bytesLeft) return fetched;
  return { ok: false, reason: 'together with the other images it is larger than a request may be' };
}

function toFailure(address: string, reason: string): Failure {
  const isLong = address.length > LONGEST_ADDRESS_TOLD;
  const told = isLong ? `${address.slice(0, LONGEST_ADDRESS_TOLD)}…` : address;
  const limit = LARGEST_IMAGE_BYTES / 1024 / 1024;
  const message = `The image ${told} cannot be used: ${reason}. Send it as a data: URL, or put it where it can be fetched (up to ${limit} MB).`;
  return { code: 'invalid_request', message };
}

/** The request with images in it instead of their addresses; those that `imageAt` does not know stay as they are. */
export function inlineImages(request: ChatRequest, imageAt: (address: string) => InlineImage | undefined): ChatRequest {
  const inline = <Piece extends ChatPart | TextPart | ImagePart>(piece: Piece): Piece | ImagePart => {
    const image = piece.type === 'image' && piece.source.kind === 'url' ? imageAt(piece.source.url) : undefined;
    return image === undefined ? piece : { type: 'image', source: { kind: 'base64', ...image } };
  };
  const messages = request.messages.map((message) => ({
    ...message,
    parts: message.parts.map((part): ChatPart =>
      part.type === 'tool_result' ? { ...part, content: part.content.map((piece) => inline(piece)) } : inline(part),
    ),
  }));
  return { ...request, messages };
}

/**
 * The fields of an Ollama body that hold addresses of images, printed with the images in them; all other fields go on byte
 * for byte. `images` stands in the body itself (`/api/generate`) or in its messages (`/api/chat`).
 */
export function inlineIntoOllamaBody(body: JsonObject, images: InlineImages): Record<string, string> {
  const edits: Record<string, string> = {};
  if (Array.isArray(body.images)) edits.images = JSON.stringify(inlineEntries(body.images, images));
  if (Array.isArray(body.messages)) {
    edits.messages = JSON.stringify(
      body.messages.map((message) =>
        isJsonObject(message) && Array.isArray(message.images)
          ? { ...message, images: inlineEntries(message.images, images) }
          : message,
      ),
    );
  }
  return edits;
}

function inlineEntries(entries: readonly JsonValue[], images: InlineImages): JsonValue[] {
  return entries.map((entry) => (typeof entry === 'string' ? (images.get(entry)?.data ?? entry) : entry));
}
