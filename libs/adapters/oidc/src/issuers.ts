import { ConfigError, plainHttpProblems, type Config } from '@tessera/platform-config';
import type { TrustedIssuer } from './token-verifier';

/** Audience of our access tokens. */
export const AUDIENCE = 'tessera';

/** Audience of the tokens that the API shows the metrics service. */
export const METRICS_AUDIENCE = 'tessera-metrics';

/** Audience of the tokens that the API shows the scheduler of one cluster; no other cluster's scheduler takes them. */
export const schedulerAudience = (clusterId: string): string =>
  `tessera-scheduler:${clusterId.toLowerCase()}`;

/** Variables that say whose service tokens count. */
export const ISSUER_VARIABLES = [
  'TESSERA_API_PUBLIC_URL',
  'TESSERA_JWKS_URL',
  'TESSERA_PLAIN_HTTP_HOSTS',
] as const;

/**
 * The API as issuer of tokens for the service of that audience. It decides who may ask what; the services behind it take
 * its word and no other. Throws {@link ConfigError} where its keys would come over plain http from another machine.
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
