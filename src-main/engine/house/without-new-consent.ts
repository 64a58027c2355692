import type { Settings } from '../../../src-shared/settings.ts';

/**
 * Settings from elsewhere (an import, a backup) may end the consent to keep prompts, and never give it: that is for the
 * person to say, on this machine.
 */
export function withoutNewConsent(next: Settings, current: Settings): Settings {
  const [wanted, given] = [next.privacy.keepPrompts, current.privacy.keepPrompts];
  const enabled = wanted.enabled && given.enabled;
  const keepPrompts = { ...wanted, enabled, private: enabled && wanted.private && given.private };
  return { ...next, privacy: { ...next.privacy, keepPrompts } };
}
