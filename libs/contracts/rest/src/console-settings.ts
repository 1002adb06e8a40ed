/** Where the API serves the settings of the console, to everybody. */
export const CONSOLE_SETTINGS = '/console-settings.json';

/** A provider by which people sign in to the console: the data that a public client with PKCE needs. */
export interface IdentityProvider {
  readonly issuer: string;
  /** Name that people see. */
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
 * Settings that the console reads before anybody has signed in. They are public, so they contain no secret; the
 * Content-Security-Policy of the console allows calls to these addresses beside the API.
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
