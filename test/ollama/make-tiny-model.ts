/** Size of the model: large enough to be loaded as any other, small enough to be made in a moment. */
const WIDTH = 64;
const HEADS = 4;
const LAYERS = 2;
const INNER_WIDTH = 128;
const CONTEXT_TOKENS = 2048;

/** Value types of the GGUF format, https://github.com/ggml-org/ggml/blob/master/docs/gguf.md */
const TYPE = { u32: 4, i32: 5, f32: 6, bool: 7, text: 8, list: 9 } as const;
const ALIGNMENT = 32;
const TOKEN = { normal: 1, control: 3 } as const;
const POOLING_MEAN = 1;
const BEGIN = 256;
const END = 257;

/**
 * A llama model of random weights as a GGUF file, about half a megabyte: one token for each byte. It says printable
 * ASCII only and never comes to an end by itself, so that limits, stop texts and aborts can be seen at work.
 */
export function makeTinyModel({ embeds = false } = {}): Buffer {
  const random = gaussian(7);
  const tensors = describeTensors(random);
  const metadata = describeMetadata();
  // By this entry Ollama tells models that embed from those that talk.
  if (embeds) metadata.push(entry('llama.pooling_type', TYPE.u32, u32(POOLING_MEAN)));
  let offset = 0;
  const infos = tensors.map(({ name, shape, data }) => {
    const info = [text(name), u32(shape.length), ...shape.map(u64), u32(0), u64(offset)];
    offset += aligned(data.length);
    return Buffer.concat(info);
  });
  const head = Buffer.concat([
    Buffer.from('GGUF'),
    u32(3),
    u64(tensors.length),
    u64(metadata.length),
    ...metadata,
    ...infos,
  ]);
  return Buffer.concat([padded(head), ...tensors.map(({ data }) => padded(data))]);
}

interface Tensor {
  name: string;
  shape: number[];
  data: Buffer;
}

function describeTensors(random: () => number): Tensor[] {
  const tensor = (name: string, shape: number[], value: (index: number) => number): Tensor => {
    const length = shape.reduce((product, size) => product * size, 1);
    return {
      name: `${name}.weight`,
      shape,
      data: Buffer.from(Float32Array.from({ length }, (_, i) => value(i)).buffer),
    };
  };
  const noise = (name: string, ...shape: number[]) => tensor(name, shape, () => random() * 0.08);
  const ones = (name: string) => tensor(name, [WIDTH], () => 1);
  const layer = (at: string): Tensor[] => [
    ones(`${at}.attn_norm`),
    ...['attn_q', 'attn_k', 'attn_v', 'attn_output'].map((name) => noise(`${at}.${name}`, WIDTH, WIDTH)),
    ones(`${at}.ffn_norm`),
    noise(`${at}.ffn_gate`, WIDTH, INNER_WIDTH),
    noise(`${at}.ffn_up`, WIDTH, INNER_WIDTH),
    noise(`${at}.ffn_down`, INNER_WIDTH, WIDTH),
  ];
  const size = vocabulary().length;
  // Rows of zeros never win: the greatest of a hundred random numbers is above zero.
  const isSaid = (token: number): boolean => token >= 0x20 && token <= 0x7e;
  return [
    noise('token_embd', WIDTH, size),
    ...Array.from({ length: LAYERS }, (_, index) => layer(`blk.${index}`)).flat(),
    ones('output_norm'),
    tensor('output', [WIDTH, size], (index) => (isSaid(Math.floor(index / WIDTH)) ? random() * 0.08 : 0)),
  ];
}

function describeMetadata(): Buffer[] {
  const tokens = vocabulary();
  const types = tokens.map((_, token) => (token === BEGIN || token === END ? TOKEN.control : TOKEN.normal));
  const numbers = {
    'llama.context_length': CONTEXT_TOKENS,
    'llama.embedding_length': WIDTH,
    'llama.block_count': LAYERS,
    'llama.feed_forward_length': INNER_WIDTH,
    'llama.attention.head_count': HEADS,
    'llama.attention.head_count_kv': HEADS,
    'llama.rope.dimension_count': WIDTH / HEADS,
    'llama.vocab_size': tokens.length,
    'general.file_type': 0,
    'tokenizer.ggml.bos_token_id': BEGIN,
    'tokenizer.ggml.eos_token_id': END,
  };
  const texts = {
    'general.architecture': 'llama',
    'general.name': 'tiny random',
    'tokenizer.ggml.model': 'gpt2',
    'tokenizer.ggml.pre': 'default',
  };
  const epsilon = Buffer.alloc(4);
  epsilon.writeFloatLE(1e-5);
  return [
    ...Object.entries(texts).map(([key, value]) => entry(key, TYPE.text, text(value))),
    ...Object.entries(numbers).map(([key, value]) => entry(key, TYPE.u32, u32(value))),
    entry('llama.attention.layer_norm_rms_epsilon', TYPE.f32, epsilon),
    entry('tokenizer.ggml.add_bos_token', TYPE.bool, Buffer.of(1)),
    entry('tokenizer.ggml.tokens', TYPE.list, list(TYPE.text, tokens.map(text))),
    entry('tokenizer.ggml.token_type', TYPE.list, list(TYPE.i32, types.map(u32))),
    entry('tokenizer.ggml.merges', TYPE.list, list(TYPE.text, ['t h', 'h e'].map(text))),
  ];
}

/** A token for each byte, spelled as byte-level BPE spells it; begin and end; the two merges. */
function vocabulary(): string[] {
  let moved = 0;
  const isShown = (byte: number): boolean =>
    (byte >= 0x21 && byte <= 0x7e) || (byte >= 0xa1 && byte <= 0xac) || byte >= 0xae;
  const bytes = Array.from({ length: 256 }, (_, byte) => String.fromCodePoint(isShown(byte) ? byte : 256 + moved++));
  return [...bytes, '<|begin|>', '<|end|>', 'th', 'he'];
}

function entry(key: string, type: number, value: Buffer): Buffer {
  return Buffer.concat([text(key), u32(type), value]);
}

function list(type: number, items: readonly Buffer[]): Buffer {
  return Buffer.concat([u32(type), u64(items.length), ...items]);
}

function text(value: string): Buffer {
  const bytes = Buffer.from(value);
  return Buffer.concat([u64(bytes.length), bytes]);
}

function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

function u64(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(value));
  return bytes;
}

function aligned(length: number): number {
  return Math.ceil(length / ALIGNMENT) * ALIGNMENT;
}

function padded(bytes: Buffer): Buffer {
  return Buffer.concat([bytes], aligned(bytes.length));
}

/** Normally distributed numbers by Box and Muller, always the same for a seed. */
function gaussian(seed: number): () => number {
  let state = seed;
  const uniform = (): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return (state + 1) / (2 ** 32 + 1);
  };
  return () => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());
}
