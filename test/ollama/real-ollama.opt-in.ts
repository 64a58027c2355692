import { describeOllama } from './describe-ollama.ts';
import { findOllama, startRealOllama } from './start-real-ollama.ts';

const binary = findOllama();
const start = binary === null ? null : () => startRealOllama(binary);

describeOllama({ name: `${binary ?? 'ollama (not found)'} behind the gateway`, start });
