/** Claims of a verified access token. */
export interface TokenClaims {
  readonly iss: string;
  readonly sub: string;
  readonly exp: number;
  readonly iat?: number;
  readonly name?: string;
  readonly email?: string;
  readonly kind?: 'user' | 'app';
  readonly tenant?: number;
  /** Version of the subject's secret that the token was issued for; our tokens without it belong to the first. */
  readonly ver?: number;
  readonly [claim: string]: unknown;
}

/** A token was rejected; the API answers 401 with the message. */
export class TokenError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'TokenError';
  }
}

/** One message per class of refusal; the first is documented by the reference, the others are ours. */
export const REFUSALS = {
  issuer: 'Issuer is not familiar.',
  missing: 'Authorization header with a bearer token is missing.',
  malformed: 'Token is malformed.',
  algorithm: 'Token algorithm is not accepted.',
  signature: 'Token signature is not valid.',
  audience: 'Token audience is not valid.',
  expired: 'Token has expired.',
  early: 'Token is not valid yet.',
  replaced: 'Token was issued for a secret that has been replaced.',
} as const;
