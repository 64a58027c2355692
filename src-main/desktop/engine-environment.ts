/** What the engine reads of its surroundings: folders, Ollama's address, proxies, the session. Nothing else is handed on. */
const NAMES = [
  'HOME',
  'USER',
  'LOGNAME',
  'PATH',
  'LANG',
  'LC_ALL',
  'TZ',
  'TMPDIR',
  'TEMP',
  'TMP',
  'APPDATA',
  'LOCALAPPDATA',
  'USERPROFILE',
  'SystemRoot',
  'windir',
  'ComSpec',
  'XDG_DATA_HOME',
  'XDG_RUNTIME_DIR',
  'XDG_SESSION_TYPE',
  'DISPLAY',
  'WAYLAND_DISPLAY',
  'OLLAMA_HOST',
  'NODE_EXTRA_CA_CERTS',
  'SSL_CERT_FILE',
  'SSL_CERT_DIR',
] as const;

/**
 * The engine's environment, small on purpose: variables that may hold something else's secrets stay behind.
 * `keyVariables`: those that settings and catalogue name for providers' keys.
 */
export function toEngineEnvironment(options: {
  environment: Readonly<Record<string, string | undefined>>;
  keyVariables: Iterable<string>;
  folder: string;
}): Record<string, string> {
  const { environment, keyVariables, folder } = options;
  const handedOn: Record<string, string> = { POINTSMAN_HOME: folder };
  for (const name of [...NAMES, ...keyVariables]) {
    const value = environment[name];
    if (value !== undefined) handedOn[name] = value;
  }
  return handedOn;
}
