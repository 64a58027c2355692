import type { Settings } from '../../../../src-shared/settings.ts';
import { isLoopback } from '../../providers/is-loopback.ts';
import type { FindingDraft } from '../job-kind.ts';

/** What is to be said of settings that open the gateway, or the log. `host`: where it listens now. */
export function judgeGateway(options: {
  host: string;
  settings: Pick<Settings, 'gateway' | 'access' | 'log'>;
}): FindingDraft[] {
  const { host, settings } = options;
  return [
    ...judgeHost(host, settings.access.requireKeys),
    ...settings.gateway.allowedOrigins.flatMap(judgeOrigin),
    ...(settings.log.level === 'debug' ? [DEBUG_LOG] : []),
  ];
}

function judgeHost(host: string, requireKeys: boolean): FindingDraft[] {
  if (isLoopback(host)) return [];
  const exposed: FindingDraft = {
    key: 'gateway/exposed',
    severity: 'medium',
    sentence: `The gateway listens on ${host}, so prompts travel through your network unencrypted: keep gateway.host at 127.0.0.1 unless other machines must reach it.`,
    action: { label: 'Close the port to the network', view: 'settings', proposalId: null },
  };
  if (requireKeys) return [exposed];
  const open: FindingDraft = {
    key: 'gateway/no-keys',
    severity: 'high',
    sentence: `The gateway listens on ${host} and asks nobody for a key: everyone in your network can use your models and spend your money.`,
    action: { label: 'Let only apps with a key in', view: 'settings', proposalId: null },
  };
  return [open, exposed];
}

function judgeOrigin(origin: string): FindingDraft[] {
  const action = { label: 'Name the pages one by one', view: 'settings', proposalId: null };
  if (origin === 'null') {
    const sentence =
      'gateway.allowedOrigins holds "null", which every web page can pretend to be: pages that you visit could use your models.';
    return [{ key: 'gateway/origin-null', severity: 'high', sentence, action }];
  }
  if (origin === '*') {
    const sentence =
      'gateway.allowedOrigins holds "*", which lets no page in, because origins are compared letter by letter: whoever wrote it wanted to let all in.';
    return [{ key: 'gateway/origin-any', severity: 'low', sentence, action }];
  }
  if (!/^http:\/\//i.test(origin) || !URL.canParse(origin) || isLoopback(new URL(origin).hostname)) return [];
  const sentence = `gateway.allowedOrigins lets pages of ${origin} in, which come unencrypted: whoever is on the way can put words into them.`;
  return [{ key: `gateway/origin/${origin}`, severity: 'low', sentence, action }];
}

const DEBUG_LOG: FindingDraft = {
  key: 'log/debug',
  severity: 'low',
  sentence:
    'The log is set to debug: it grows fast, and names every model and app that is used, which is meant for looking for a fault only.',
  action: { label: 'Set the log back to info', view: 'settings', proposalId: null },
};
