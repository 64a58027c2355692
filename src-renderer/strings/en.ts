import { apps } from './en/apps.ts';
import { background } from './en/background.ts';
import { common } from './en/common.ts';
import { frame } from './en/frame.ts';
import { logs } from './en/logs.ts';
import { machine } from './en/machine.ts';
import { models } from './en/models.ts';
import { optimizer } from './en/optimizer.ts';
import { overview } from './en/overview.ts';
import { requests } from './en/requests.ts';
import { settings } from './en/settings.ts';
import { setup } from './en/setup.ts';
import { spend } from './en/spend.ts';

/** Every sentence of the pages, by view. What takes values is a function; another language is an object of this type. */
export const en = {
  apps,
  background,
  common,
  frame,
  logs,
  machine,
  models,
  optimizer,
  overview,
  requests,
  settings,
  setup,
  spend,
};
export type Strings = typeof en;
