import { expect, it } from 'vitest';
import { printOpenAiModel, printOpenAiModelList } from '../../../../src-main/engine/protocols/openai/models.ts';
import { expectSchema } from '../../../support/wire-schemas.ts';

it('prints one model', () => {
  const printed = printOpenAiModel({ id: 'org/m:latest', ownedBy: 'ollama' });
  expectSchema('openai', 'Model', printed);
  expect(printed).toEqual({ id: 'org/m:latest', object: 'model', created: 0, owned_by: 'ollama' });
});

it('prints a list that is never null and has the empty catalogue that Codex wants', () => {
  expect(printOpenAiModelList([])).toEqual({ object: 'list', data: [], models: [] });
  const printed = printOpenAiModelList([{ id: 'm', ownedBy: 'ollama' }]);
  expectSchema('openai', 'ListModelsResponse', printed);
  expect(printed.data).toHaveLength(1);
});
