import type { Config } from '@tessera/platform-config';
import type { TrustedIssuer } from './token-verifier';

/** Audience of our access tokens. */
export const AUDIENCE = 'tessera';

/** Audience of the tokens that our services show each other; nobody else is given one. */
export const SERVICE_AUDIENCE = 'tessera-services';

/** Variables that say whose service tokens count. */
export const ISSUER_VARIABLES = ['TESSERA_API_PUBLIC_URL', 'TESSERA_JWKS_URL'] as const;

/** The API as issuer of service tokens. It decides who may ask what; the services behind it take its word and no other. */
export const serviceIssuerOf = (config: Config<(typeof ISSUER_VARIABLES)[number]>): TrustedIssuer => ({
  issuer: config.TESSERA_API_PUBLIC_URL,
  audience: SERVICE_AUDIENCE,
  jwksUrl: config.TESSERA_JWKS_URL,
});
