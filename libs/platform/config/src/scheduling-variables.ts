import { milliseconds, variable } from './variable';

/** Settings of watching the cluster and of the order of what waits, in the table of all settings. */
export const SCHEDULING_VARIABLES = {
  TESSERA_WATCH_SILENCE_MS: variable(
    milliseconds.min(1_000).default(75_000),
    'How long a watch of the Kubernetes API may hear nothing before it is replaced by a new list and watch, ms; API servers send a bookmark about each minute. 15 s later `/readyz` says so.',
  ),
};
