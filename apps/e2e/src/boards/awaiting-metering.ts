/**
 * Panels that wait for the gateway's metering, by board: no service exports their series yet, so they are tested with
 * recorded ones. The front door empties this list.
 */
export const AWAITING_METERING: Readonly<Record<string, readonly string[]>> = {
  'tessera-inference': ['Time between tokens', 'Time to first token', 'Tokens'],
  'tessera-tenancy': ['Requests over a limit', 'Tokens by project'],
};
