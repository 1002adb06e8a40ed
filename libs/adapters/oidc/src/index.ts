export { signInEndpointsOf, type SignInEndpoints } from './discovery';
export * from './token-claims';
export * from './token-issuer';
export * from './token-verifier';
export * from './secrets';
export { SecretsBusyError } from './secret-queue';
export { KeysUnavailableError } from './key-sets';
export * from './issuers';
