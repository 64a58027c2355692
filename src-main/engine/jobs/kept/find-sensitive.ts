import { hasCard } from './has-card.ts';
import { hasIban } from './has-iban.ts';

export type Sensitive = 'private_key' | 'api_key' | 'password' | 'card' | 'iban';

/** A text that is looked at in pieces must overlap by so many characters: nothing that is found is longer. */
export const LONGEST_FIND = 512;

const PRIVATE_KEY = /-----BEGIN (?:[A-Z0-9]{1,20} ){0,3}PRIVATE KEY(?: BLOCK)?-----|AGE-SECRET-KEY-1[A-Z0-9]{20}/;

/** By what the keys of well-known services begin with, as their makers document it, so that leaks are found. */
const API_KEY = new RegExp(
  `(?<![A-Za-z0-9])(?:${[
    'sk-[A-Za-z0-9_-]{20}', // OpenAI, Anthropic, DeepSeek, OpenRouter
    '[rs]k_(?:live|test)_[A-Za-z0-9]{16}', // Stripe
    'gsk_[A-Za-z0-9]{20}', // Groq
    'xai-[A-Za-z0-9]{20}',
    'pplx-[A-Za-z0-9]{20}',
    'nvapi-[\\w-]{20}',
    'hf_[A-Za-z0-9]{20}',
    'r8_[A-Za-z0-9]{20}', // Replicate
    'AIza[\\w-]{35}', // Google
    'ya29\\.[\\w-]{20}',
    'GOCSPX-[\\w-]{20}',
    'A[KS]IA[A-Z0-9]{16}', // AWS
    'gh[opsru]_[A-Za-z0-9]{30}', // GitHub
    'github_pat_\\w{22}',
    'glpat-[\\w-]{20}', // GitLab
    'xox[abeprs]-[\\w-]{10}', // Slack
    'npm_[A-Za-z0-9]{30}',
    'pypi-[\\w-]{40}',
    'SG\\.[\\w-]{16,64}\\.[\\w-]{16}', // SendGrid
    'dop_v1_[a-f0-9]{40}', // DigitalOcean
    'shp(?:at|ca|pa|ss)_[a-fA-F0-9]{32}', // Shopify
    'pm-[a-f0-9]{48}', // our own
    'eyJ[\\w-]{8,400}\\.eyJ[\\w-]{8}', // JSON Web Token
  ].join('|')})`,
  'g',
);

const IN_ADDRESS = /[a-z0-9]:\/\/[^\s/:@]{1,64}:[^\s/@]{3,128}@/i;
const BEARER = /\bbearer\s{1,3}([\w.~+/-]{20,200})/gi;
const ASSIGNED =
  /(?:passw(?:or)?d|passphrase|secret|api[_-]?key|access[_-]?key|token|credential)s?["'\]]{0,2}\s{0,3}(?:[:=]|=>|is)\s{0,3}["'`]?([^\s"'`,;]{8,128})/gi;

/**
 * What a text seems to hold that must not be kept: keys and passwords by their form, payment cards by their check digit,
 * bank accounts by theirs. null: none of these. It finds what is commonly pasted, and cannot find everything; a find
 * that is none costs a prompt that is not kept.
 */
export function findSensitive(text: string): Sensitive | null {
  if (PRIVATE_KEY.test(text)) return 'private_key';
  for (const [found] of text.matchAll(API_KEY)) if (isMixed(found)) return 'api_key';
  if (IN_ADDRESS.test(text)) return 'password';
  for (const pattern of [BEARER, ASSIGNED]) {
    for (const [, value] of text.matchAll(pattern)) if (value !== undefined && looksSecret(value)) return 'password';
  }
  if (hasCard(text)) return 'card';
  return hasIban(text) ? 'iban' : null;
}

/** Random keys have digits; names with dashes in them mostly do not. */
function isMixed(value: string): boolean {
  return /\d/.test(value) && /[A-Za-z]/.test(value);
}

/** Code that fetches a password, and what stands in for one, is no password. */
const STAND_IN = /[()[\]{}<>$*]|\.{3}|^(?:your|my|the|example|sample|dummy|change|placeholder|process\.|os\.)/i;
const NAMES = /^[A-Za-z_]\w*(?:\.\w+)+$/;

function looksSecret(value: string): boolean {
  return isMixed(value) && !STAND_IN.test(value) && !NAMES.test(value);
}
