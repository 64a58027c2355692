import type { Settings } from '../../../../src-shared/settings.ts';
import type { FindingDraft } from '../job-kind.ts';
import { newsKey, type ModelNews } from './compare-models.ts';

const MOST_NAMED = 5;
/** Names come from outside: none of them shall fill the page. */
const LONGEST_NAME = 80;

/** One finding: which models came or went. A model that went and that the settings name is a problem, not just news. */
export function tellNews(
  provider: { id: string; name: string },
  news: ModelNews,
  settings: Pick<Settings, 'models'>,
): FindingDraft {
  const { id, name } = provider;
  const key = newsKey(id, news);
  const names = inWords(news.models);
  const many = news.models.length > 1;
  if (news.kind === 'new') {
    const sentence = `${name} has ${many ? `${news.models.length} new models` : 'a new model'}: ${names}.`;
    return { key, severity: 'info', sentence, action: { label: 'See the models', view: 'models', proposalId: null } };
  }
  const wanted = news.models.filter((model) => isWanted(`${id}/${model}`, model, settings));
  const gone = `${name} no longer has ${many ? `${news.models.length} models` : 'a model'}: ${names}.`;
  if (wanted.length === 0) {
    return {
      key,
      severity: 'info',
      sentence: gone,
      action: { label: 'See the models', view: 'models', proposalId: null },
    };
  }
  const sentence = `${gone} Your settings name ${inWords(wanted)}.`;
  return {
    key,
    severity: 'medium',
    sentence,
    action: { label: 'Choose another model', view: 'settings', proposalId: null },
  };
}

function isWanted(endpoint: string, model: string, { models }: Pick<Settings, 'models'>): boolean {
  const named = [...models.preferredLocal, ...models.preferredCloud, ...Object.values(models.substitutions)];
  return named.some((name) => name === endpoint || name.replace(/^(local|cloud)\//, '') === model);
}

function inWords(models: readonly string[]): string {
  const named = models
    .slice(0, MOST_NAMED)
    .map((model) => (model.length > LONGEST_NAME ? `${model.slice(0, LONGEST_NAME)}…` : model))
    .join(', ');
  return models.length > MOST_NAMED ? `${named} and ${models.length - MOST_NAMED} more` : named;
}
