/** Fields of these names are never logged, whoever logs them: the last line of defence behind not doing so at all. */
export const SECRET_NAMES = ['authorization', 'key', 'token', 'secret', 'body'] as const;
export const REDACTED = '[redacted]';
