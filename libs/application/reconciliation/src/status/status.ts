import { isDeepStrictEqual } from 'node:util';
import type { WorkloadState } from '@tessera/contracts-events';
import { compare } from '@tessera/kernel';
import { serves } from '../model/replica';
import type { AcceptedWorkload } from '../model/workload';
import { conditionsOf } from './conditions';
import type { Observation } from './observation';
import { phaseSummaryOf } from './phase-summary';
import { podState, reportedPods } from './reported-pods';

/**
 * The state of a workload after a reconcile. Pure: the same observation gives the same state, except that changed parts
 * carry `now`.
 */
export function deriveState(workload: AcceptedWorkload, seen: Observation, now: string): WorkloadState {
  const previous = workload.state;
  const phaseSummary = phaseSummaryOf(workload, seen);
  const ready = seen.pods.filter(serves).length;
  const samePhaseSummary =
    phaseSummary.phase === previous.phase && phaseSummary.message === previous.phaseMessage;
  return {
    ...workload.ref,
    observedGeneration: workload.generation,
    sequence: workload.sequence,
    phase: phaseSummary.phase,
    phaseMessage: phaseSummary.message,
    phaseUpdatedAt: samePhaseSummary ? previous.phaseUpdatedAt : now,
    desiredReplicas: seen.desired.replicas,
    readyReplicas: ready,
    ...coldSince(previous, seen.desired.replicas, ready, now),
    conditions: conditionsOf(workload, seen, phaseSummary, now),
    pods: [
      ...reportedPods(
        seen.pods.map(podState).sort((a, b) => a.replica - b.replica || compare(a.name, b.name)),
      ),
    ],
    urls: [...seen.urls],
    ...(seen.exposure === undefined || seen.exposure.urls.length === 0
      ? {}
      : { exposedUrls: seen.exposure.urls.map(({ name, url }) => ({ name, url })) }),
    updatedAt: now,
  };
}

/** True if no reported part has changed. The keys of a stored state are in another order. */
export function sameState(a: WorkloadState, b: WorkloadState): boolean {
  const reported = (state: WorkloadState): WorkloadState => ({ ...state, sequence: 0, updatedAt: '' });
  return isDeepStrictEqual(reported(a), reported(b));
}

/** A workload is cold from the moment it should have replicas again until one of them is ready. */
function coldSince(
  { desiredReplicas, coldSince: since }: WorkloadState,
  desired: number,
  ready: number,
  now: string,
): Pick<WorkloadState, 'coldSince'> {
  if (desired === 0 || ready > 0) return {};
  if (desiredReplicas === 0) return { coldSince: now };
  return since === undefined ? {} : { coldSince: since };
}
