export * from './token-claims';
export * from './token-issuer';
export * from './token-verifier';
export * from './secrets';
export * from './issuers';
