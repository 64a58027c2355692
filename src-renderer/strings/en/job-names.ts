import type { JobName } from '../../../src-shared/jobs.ts';

/** What jobs are called, where the engine does not send their titles. */
export const jobNames: Readonly<Record<JobName, string>> = {
  'security-hygiene': 'Security check',
  backup: 'Backup',
  'database-upkeep': 'Database upkeep',
  'model-discovery': 'New models and servers',
  'price-refresh': 'Price refresh',
  'provider-ranking': 'Provider ranking',
  'model-benchmark': 'Measuring local models',
  'shadow-evaluation': 'What could have stayed local',
  'offline-training': 'Learning from the past',
};
