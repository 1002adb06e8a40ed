import { SERVING_KEY } from '../access/credential';

/** Issuers whose tokens are credentials of this platform, as built by {@link ownIssuers}. */
export type OwnIssuers = ReadonlySet<string>;

/** `{"` in base64url, with which every JWT header begins. */
const JWT = 'eyJ';
/** Size limit of the whole head; a longer payload is not parsed but counts as a platform credential. */
const MOST_PAYLOAD = 16_384;
const BETWEEN_TOKENS = /[\s,;="']+/;

/** The built-in issuer and those of `TESSERA_OIDC_ISSUERS`, by their URLs. */
export const ownIssuers = (builtIn: string, others: readonly string[]): OwnIssuers =>
  new Set([builtIn, ...others].map(withoutSlash));

/**
 * The value of a header that the pod of a workload may see: undefined where it carries a credential of the platform (a
 * token of one of the issuers, a serving key), with which the owner of the pod could act as the caller. The model's own
 * keys pass. Only those cookies are removed that hold such a value. The token is not verified: an expired one is
 * removed too.
 */
export function withoutOwnCredentials(name: string, value: string, issuers: OwnIssuers): string | undefined {
  if (name === 'authorization' && isOwnPassword(value, issuers)) return undefined;
  if (!value.includes(JWT) && !value.includes(SERVING_KEY)) return value;
  const isOwn = (text: string): boolean => text.split(BETWEEN_TOKENS).some((one) => isOwnToken(one, issuers));
  if (name !== 'cookie') return isOwn(value) ? undefined : value;
  const rest = value.split(';').filter((cookie) => !isOwn(cookie));
  return rest.length === 0 ? undefined : rest.join(';').trim();
}

/** Some clients send a token as user or password. */
function isOwnPassword(value: string, issuers: OwnIssuers): boolean {
  const encoded = /^basic +([\w+/=-]+)\s*$/i.exec(value)?.[1];
  if (encoded === undefined) return false;
  const parts = Buffer.from(encoded, 'base64').toString('latin1').split(':');
  return parts.some((part) => isOwnToken(part, issuers));
}

function isOwnToken(text: string, issuers: OwnIssuers): boolean {
  if (text.startsWith(SERVING_KEY)) return true;
  const parts = text.split('.');
  if (!text.startsWith(JWT) || parts.length !== 3) return false;
  const payload = parts[1] ?? '';
  if (payload.length > MOST_PAYLOAD) return true;
  try {
    const claims = JSON.parse(Buffer.from(payload, 'base64url').toString('utf8')) as {
      readonly iss?: unknown;
    } | null;
    return typeof claims?.iss === 'string' && issuers.has(withoutSlash(claims.iss));
  } catch {
    return false;
  }
}

const withoutSlash = (issuer: string): string => (issuer.endsWith('/') ? issuer.slice(0, -1) : issuer);
