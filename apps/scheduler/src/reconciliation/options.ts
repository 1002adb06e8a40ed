import { randomUUID } from 'node:crypto';
import type { DisruptionLimits, Reporter } from '@tessera/application-reconciliation';
import { eventsTopic, workloadsTopic, type WorkloadRef } from '@tessera/contracts-events';
import { servingLabel } from '@tessera/contracts-kubernetes/exposed-host';
import type { RepartitionTiming } from '@tessera/domain-mig';
import type { PlaceOptions } from '@tessera/domain-placement';
import type { SchedulerConfig } from '../config';

/** mig-manager sees a changed label within seconds. */
const MIG_AWAY_MS = 15_000;
const MIG_ATTEMPTS = 3;

/** Time limits of a change of MIG geometry. */
export const migTiming = (config: SchedulerConfig): RepartitionTiming => ({
  drainMs: config.TESSERA_MIG_DRAIN_MS,
  stuckMs: config.TESSERA_MIG_STUCK_MS,
  limitMs: config.TESSERA_MIG_LIMIT_MS,
  awayMs: Math.min(MIG_AWAY_MS, config.TESSERA_MIG_STUCK_MS),
  attempts: MIG_ATTEMPTS,
});

/** Limits on the replacement of replicas on lost nodes. */
export const disruptionLimits = (config: SchedulerConfig): DisruptionLimits => ({
  threshold: config.TESSERA_NODE_LOSS_THRESHOLD,
  nodesPerSecond: config.TESSERA_NODE_LOSS_PER_SECOND,
  disruptedNodesPerSecond: config.TESSERA_NODE_LOSS_DISRUPTED_PER_SECOND,
});

/** The placement policies of this cluster. */
export const policies = (config: SchedulerConfig): PlaceOptions => ({
  policy: config.TESSERA_PLACEMENT_POLICY,
  poolPolicies: config.TESSERA_POOL_POLICIES,
  random: Math.random,
});

/** How the scheduler reports: the source of its events and their topics. */
export const reporterOf = (config: SchedulerConfig): Reporter => ({
  source: `/tessera/scheduler/${config.TESSERA_CLUSTER_ID}`,
  topics: {
    events: eventsTopic(config.TESSERA_TOPIC_PREFIX).name,
    workloads: workloadsTopic(config.TESSERA_TOPIC_PREFIX).name,
  },
  newId: randomUUID,
});

/**
 * URL of a workload behind the gateway: `/<project>/<name>/`, or with a domain its own host below that, with scheme and
 * port of the gateway.
 */
export function servingUrl(
  gateway: string,
  domain: string | undefined,
  { projectName, name }: WorkloadRef,
): string {
  if (domain === undefined)
    return `${gateway.replace(/\/$/, '')}/${encodeURIComponent(projectName)}/${encodeURIComponent(name)}/`;
  const { protocol, port } = new URL(gateway);
  return `${protocol}//${servingLabel(projectName, name)}.${domain}${port === '' ? '' : `:${port}`}/`;
}
