import { setVariables, type Guide } from './guide.ts';

export const BUILDING_GUIDES: readonly Guide[] = [
  // https://github.com/openai/openai-python and https://github.com/openai/openai-node (OPENAI_BASE_URL), 2026-11-21
  {
    id: 'openai-sdk',
    name: 'OpenAI SDK',
    group: 'building',
    steps: [
      {
        text: 'Both SDKs read these, and nothing in your program changes:',
        code: ({ system, openai, key }) => setVariables(system, { OPENAI_BASE_URL: openai, OPENAI_API_KEY: key }),
      },
      {
        text: 'Or in Python:',
        code: ({ openai, key, model }) => `from openai import OpenAI

client = OpenAI(base_url="${openai}", api_key="${key}")
answer = client.chat.completions.create(
    model="${model}",
    messages=[{"role": "user", "content": "Hello"}],
)
print(answer.choices[0].message.content)`,
      },
      {
        text: 'Or in JavaScript:',
        code: ({ openai, key, model }) => `import OpenAI from 'openai';

const client = new OpenAI({ baseURL: '${openai}', apiKey: '${key}' });
const answer = await client.chat.completions.create({
  model: '${model}',
  messages: [{ role: 'user', content: 'Hello' }],
});
console.log(answer.choices[0].message.content);`,
      },
    ],
  },
  // https://github.com/anthropics/anthropic-sdk-typescript (ANTHROPIC_BASE_URL), 2026-11-21
  {
    id: 'anthropic-sdk',
    name: 'Anthropic SDK',
    group: 'building',
    steps: [
      {
        text: 'The SDKs read these, and nothing in your program changes:',
        code: ({ system, address, key }) =>
          setVariables(system, { ANTHROPIC_BASE_URL: address, ANTHROPIC_API_KEY: key }),
      },
      {
        text: 'Or in Python:',
        code: ({ address, key, model }) => `from anthropic import Anthropic

client = Anthropic(base_url="${address}", api_key="${key}")
answer = client.messages.create(
    model="${model}",
    max_tokens=1024,
    messages=[{"role": "user", "content": "Hello"}],
)
print(answer.content[0].text)`,
      },
    ],
  },
  // https://github.com/ollama/ollama-js#readme and https://docs.ollama.com/faq (OLLAMA_HOST), 2026-11-21
  {
    id: 'ollama',
    name: 'Ollama clients',
    group: 'building',
    steps: [
      {
        text: 'The command line and the Python library read this:',
        code: ({ system, address, model }) => `${setVariables(system, { OLLAMA_HOST: address })}\nollama run ${model}`,
      },
      {
        text: 'In JavaScript:',
        code: ({ address, model }) => `import { Ollama } from 'ollama';

const ollama = new Ollama({ host: '${address}' });
const answer = await ollama.chat({
  model: '${model}',
  messages: [{ role: 'user', content: 'Hello' }],
});
console.log(answer.message.content);`,
      },
    ],
    notes: [
      'Set OLLAMA_HOST only where your client runs: Ollama itself reads the same variable as the address to listen at.',
      'Apps that know only Ollama’s own port: let Ollama listen elsewhere, and switch on gateway.ollamaPlace under Settings.',
    ],
  },
  // https://docs.langchain.com/oss/python/integrations/chat (ChatOpenAI with a custom base_url), 2026-11-21
  {
    id: 'langchain',
    name: 'LangChain',
    group: 'building',
    steps: [
      {
        text: 'In Python:',
        code: ({ openai, key, model }) => `from langchain_openai import ChatOpenAI

llm = ChatOpenAI(
    model="${model}",
    base_url="${openai}",
    api_key="${key}",
)
print(llm.invoke("Hello").content)`,
      },
      {
        text: 'In JavaScript:',
        code: ({ openai, key, model }) => `import { ChatOpenAI } from '@langchain/openai';

const llm = new ChatOpenAI({
  model: '${model}',
  apiKey: '${key}',
  configuration: { baseURL: '${openai}' },
});
console.log((await llm.invoke('Hello')).content);`,
      },
    ],
  },
  // Our own surface, driven by our own tests.
  {
    id: 'curl',
    name: 'curl',
    group: 'building',
    steps: [
      {
        text: 'One question, and the headers that tell what became of it:',
        code: ({ system, openai, key, model }) => {
          const body = `{"model": "${model}", "messages": [{"role": "user", "content": "Hello"}]}`;
          if (system !== 'windows') {
            return `curl -i ${openai}/chat/completions \\
  -H "authorization: Bearer ${key}" \\
  -H "content-type: application/json" \\
  -d '${body}'`;
          }
          return `Invoke-RestMethod ${openai}/chat/completions -Method Post \`
  -Headers @{ authorization = "Bearer ${key}" } \`
  -ContentType "application/json" \`
  -Body '${body}'`;
        },
      },
    ],
  },
];
