/** Where the API serves the settings of the console, to everybody. */
export const CONSOLE_SETTINGS = '/console-settings.json';

/** A provider by which people sign in to the console: what a public client with PKCE has to know of it. */
export interface IdentityProvider {
  readonly issuer: string;
  /** What people know it by. */
  readonly name: string;
  readonly clientId: string;
  /** Separated by spaces. */
  readonly scope: string;
  /** Which of its tokens the API accepts. */
  readonly token: 'access_token' | 'id_token';
  /** By its discovery document; absent while that cannot be read. */
  readonly endpoints?: {
    readonly authorization: string;
    readonly token: string;
    /** Its answers name the issuer (RFC 9207). */
    readonly namesIssuer: boolean;
  };
}

/**
 * What the console learns of its surroundings before anybody has signed in. Everybody may read it, so it holds nothing
 * that is secret; what the console may call beside the API is allowed by its Content-Security-Policy from these values.
 */
export interface ConsoleSettings {
  readonly gateway: {
    /** Address of the endpoint for all models, with no slash at its end: `https://api.models.example/v1`. */
    readonly models: string;
    /** Origins at which the gateway serves, as a policy names them: also `https://*.models.example`. */
    readonly origins: readonly string[];
  };
  readonly identityProviders: readonly IdentityProvider[];
}
