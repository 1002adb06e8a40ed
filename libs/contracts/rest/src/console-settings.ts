/** Where the API serves the settings of the console, to everybody. */
export const CONSOLE_SETTINGS = '/console-settings.json';

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
}
