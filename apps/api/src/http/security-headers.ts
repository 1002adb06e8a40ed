const SECURITY_HEADERS = [
  ['x-content-type-options', 'nosniff'],
  ['x-frame-options', 'DENY'],
  ['referrer-policy', 'no-referrer'],
  ['content-security-policy', "default-src 'self'; frame-ancestors 'none'"],
  // Responses hold what one caller may see, tokens and secrets among it.
  ['cache-control', 'no-store'],
] as const;
/** HSTS for a year, where clients connect by TLS. */
const TLS_ONLY = ['strict-transport-security', 'max-age=31536000'] as const;

/** Headers of every response that does not set its own. */
export const securityHeaders = (publicUrl: string): readonly (readonly [string, string])[] =>
  publicUrl.startsWith('https:') ? [...SECURITY_HEADERS, TLS_ONLY] : SECURITY_HEADERS;
