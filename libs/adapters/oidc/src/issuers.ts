import type { Config } from '@tessera/platform-config';
import type { TrustedIssuer } from './token-verifier';

/** Audience of our access tokens. */
export const AUDIENCE = 'tessera';

/** Variables that say whose tokens count. */
export const ISSUER_VARIABLES = [
  'TESSERA_API_PUBLIC_URL',
  'TESSERA_JWKS_URL',
  'TESSERA_OIDC_ISSUERS',
] as const;

/** The API as issuer, and the further ones whose tokens it accepts and hands on, each `<issuer>` or `<issuer>|<audience>`. */
export function issuersOf(config: Config<(typeof ISSUER_VARIABLES)[number]>): readonly TrustedIssuer[] {
  const api = {
    issuer: config.TESSERA_API_PUBLIC_URL,
    audience: AUDIENCE,
    jwksUrl: config.TESSERA_JWKS_URL,
  };
  const others = config.TESSERA_OIDC_ISSUERS.map((entry) => {
    const [issuer = '', audience = AUDIENCE] = entry.split('|');
    return { issuer, audience };
  });
  return [api, ...others];
}
