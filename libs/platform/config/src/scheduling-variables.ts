import { milliseconds, variable } from './variable';

/** Settings of watching the cluster and of the order of waiting workloads, in the table of all settings. */
export const SCHEDULING_VARIABLES = {
  TESSERA_WATCH_SILENCE_MS: variable(
    milliseconds.min(1_000).default(75_000),
    'How long a watch of the Kubernetes API may receive nothing before it is replaced by a new list and watch, ms; API servers send a bookmark about each minute. 15 s later `/readyz` reports it.',
  ),
  TESSERA_KEEP_NODE_AFTER_MS: variable(
    milliseconds.default(600_000),
    'How long a workload fits on no node before a node is kept for it, one for each node pool, ms: capacity that becomes free there is reserved for the workload until it fits or nothing became free for that long. 0 keeps none.',
  ),
};
