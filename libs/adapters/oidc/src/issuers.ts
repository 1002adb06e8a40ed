import { ConfigError, plainHttpProblems, type Config } from '@tessera/platform-config';
import type { TrustedIssuer } from './token-verifier';

/** Audience of our access tokens. */
export const AUDIENCE = 'tessera';

/** Audience of the API's tokens for the metrics service. */
export const METRICS_AUDIENCE = 'tessera-metrics';

/** Audience of the API's tokens for the scheduler of one cluster; schedulers of other clusters reject them. */
export const schedulerAudience = (clusterId: string): string =>
  `tessera-scheduler:${clusterId.toLowerCase()}`;

/** Settings of the issuer of service tokens. */
export const ISSUER_VARIABLES = [
  'TESSERA_API_PUBLIC_URL',
  'TESSERA_JWKS_URL',
  'TESSERA_PLAIN_HTTP_HOSTS',
] as const;

/**
 * The API as issuer of tokens for the service of that audience. The API authorises requests; the services behind it
 * accept only its tokens. Throws {@link ConfigError} if its keys would be read over plain http from another machine.
 */
export function serviceIssuerOf(
  config: Config<(typeof ISSUER_VARIABLES)[number]>,
  audience: string,
): TrustedIssuer {
  const { TESSERA_API_PUBLIC_URL: issuer, TESSERA_JWKS_URL: jwksUrl } = config;
  const keys = {
    setting: 'TESSERA_JWKS_URL',
    url: jwksUrl,
    carries: 'the keys that tokens are verified with',
  };
  const problems = plainHttpProblems([keys], config.TESSERA_PLAIN_HTTP_HOSTS);
  if (problems.length > 0) throw new ConfigError(problems);
  return { issuer, audience, jwksUrl };
}
