import { SERVING_KEY } from '../access/credential';

/** Issuers whose tokens are credentials of this platform, as built by {@link ownIssuers}. */
export type OwnIssuers = ReadonlySet<string>;

/** Matches a serving key. Not after a word character: base64 may contain the prefix by chance. */
const KEY = new RegExp(`(?<!\\w)${SERVING_KEY}`);
/** Matches what may be a JWT: a part between two dots that is long enough for claims with an issuer. */
const MAY_BE_TOKEN = /\.[\w-]{12,}\./;
/** The size limit of a whole head. A longer payload is not parsed; it counts as a platform credential. */
const MOST_PAYLOAD = 16_384;
const BETWEEN_TOKENS = /[\s,;="']+/;

/** The built-in issuer and those of `TESSERA_OIDC_ISSUERS`, by their URLs. */
export const ownIssuers = (builtIn: string, others: readonly string[]): OwnIssuers =>
  new Set([builtIn, ...others].map(withoutSlash));

/** Credentials that are never forwarded to the pods of workloads. */
export interface Withheld {
  readonly issuers: OwnIssuers;
  /** The credential by which this request was authenticated, whatever its format. */
  readonly accepted?: string | undefined;
}

/**
 * The value of a header for the pod of a workload, without credentials of the platform (tokens of the issuers, serving
 * keys), with which the owner of the pod could act as the caller; undefined where nothing is left. Credentials of the
 * model server itself are kept. Of several cookies or websocket protocols, only those with such a credential are
 * removed. Tokens are not verified: an expired one is removed too.
 */
export function withoutOwnCredentials(name: string, value: string, withheld: Withheld): string | undefined {
  if (name === 'authorization' && isOwnPassword(value, withheld)) return undefined;
  if (!holdsOwn(value, withheld)) return value;
  const separator = LISTS.get(name);
  if (separator === undefined) return undefined;
  const rest = value.split(separator).filter((one) => !holdsOwn(one, withheld));
  return rest.length === 0 ? undefined : rest.join(separator).trim();
}

/** Headers with several values, each of which may be a credential, and their separators. */
const LISTS: ReadonlyMap<string, string> = new Map([
  ['cookie', ';'],
  ['sec-websocket-protocol', ','],
]);

/** The path for the pod of a workload, without query parameters that contain a credential of the platform. */
export function pathWithoutOwnCredentials(path: string, withheld: Withheld): string {
  const queryAt = path.indexOf('?');
  if (queryAt < 0) return path;
  const parameters = path.slice(queryAt + 1).split('&');
  const rest = parameters.filter((one) => !holdsOwn(decoded(one), withheld));
  if (rest.length === parameters.length) return path;
  return path.slice(0, queryAt) + (rest.length === 0 ? '' : `?${rest.join('&')}`);
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** Whether Basic credentials contain one of the platform: some clients send a token as user or password. */
function isOwnPassword(value: string, withheld: Withheld): boolean {
  const encoded = /^basic +([\w+/=-]+)\s*$/i.exec(value)?.[1];
  return encoded !== undefined && holdsOwn(Buffer.from(encoded, 'base64').toString('latin1'), withheld);
}

/**
 * Whether the value contains a credential of the platform, also within a longer text such as
 * `openai-insecure-api-key.tsk-…`.
 */
function holdsOwn(value: string, { issuers, accepted }: Withheld): boolean {
  if (KEY.test(value) || (accepted !== undefined && value.includes(accepted))) return true;
  return MAY_BE_TOKEN.test(value) && value.split(BETWEEN_TOKENS).some((one) => holdsOwnToken(one, issuers));
}

function holdsOwnToken(text: string, issuers: OwnIssuers): boolean {
  const parts = text.split('.');
  return parts.some((part, index) => index > 0 && index < parts.length - 1 && isOwnPayload(part, issuers));
}

function isOwnPayload(payload: string, issuers: OwnIssuers): boolean {
  if (payload.length > MOST_PAYLOAD) return true;
  try {
    const claims: unknown = JSON.parse(Buffer.from(payload, 'base64url').toString('utf8'));
    if (typeof claims !== 'object' || claims === null || !('iss' in claims)) return false;
    return typeof claims.iss === 'string' && issuers.has(withoutSlash(claims.iss));
  } catch {
    return false;
  }
}

const withoutSlash = (issuer: string): string => (issuer.endsWith('/') ? issuer.slice(0, -1) : issuer);
