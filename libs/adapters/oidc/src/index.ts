export { signInEndpointsOf, type SignInEndpoints } from './discovery';
export { REFUSALS, TokenError, type TokenClaims } from './token-claims';
export { BuiltInIssuer } from './token-issuer';
export { createTokenVerifier, type TokenVerifier, type TrustedIssuer } from './token-verifier';
export { scryptSecrets } from './secrets';
export { SecretsBusyError } from './secret-queue';
export { KeysUnavailableError } from './key-sets';
export { AUDIENCE, ISSUER_VARIABLES, METRICS_AUDIENCE, schedulerAudience, serviceIssuerOf } from './issuers';
