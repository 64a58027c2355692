import { describeOllama } from './describe-ollama.ts';
import { startPretendOllama } from './pretend-ollama.ts';

describeOllama({ name: 'a scripted Ollama behind the gateway', start: startPretendOllama });
