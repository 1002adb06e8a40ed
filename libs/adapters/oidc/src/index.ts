export * from './token-claims';
export * from './token-issuer';
export * from './token-verifier';
export * from './secrets';
export { KeysUnavailableError } from './key-sets';
export * from './issuers';
