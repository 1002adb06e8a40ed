import type { PodState, TesseraEvent, WorkloadState } from '@tessera/contracts-events';
import { isEvent } from '@tessera/contracts-events';
import type { Phase } from '@tessera/domain-workload';
import { maybe } from '@tessera/kernel';
import { SOURCE } from '../workloads/messages';
import type { HistoryEntry, ObservedState, PodRecord, WorkloadRecord } from '../workloads/model';
import type { WorkloadTransaction, ControlPlaneDependencies } from '../workloads/ports';
import { eventOf, troubleOf } from './projection-events';
import { timelineEntryOf } from './scaling-timeline';

/** Phases in which a workload may be after its deletion was requested. */
const ENDING: readonly Phase[] = ['Deleting', 'Terminating'];

/**
 * Applies an event of a scheduler to the API's data: events and phases to the history, the latest state to the workload
 * and its pods. The phase shown comes with the pods of the same state, never earlier from a phase event. An event is
 * applied once, and an older state never overwrites a newer one. Our own events and those of unknown workloads change
 * nothing.
 */
export async function project(
  dependencies: Pick<ControlPlaneDependencies, 'store' | 'newId'>,
  event: TesseraEvent,
): Promise<void> {
  if (event.attributes.source === SOURCE) return;
  await dependencies.store.transaction(async (tx) => {
    if (!(await tx.claim(event.attributes.id))) return;
    const workload = await tx.lock(event.attributes.subject);
    if (workload === undefined) return;
    await apply(tx, workload, event, dependencies.newId);
  });
}

async function apply(
  tx: WorkloadTransaction,
  workload: WorkloadRecord,
  event: TesseraEvent,
  newId: () => string,
): Promise<void> {
  const { time } = event.attributes;
  if (isEvent(event, 'state')) {
    if (event.data.sequence <= workload.observed.sequence) return;
    await tx.savePods(podRecords(workload, event.data, await tx.pods(workload.id)));
    await tx.save(withState(workload, event.data));
  } else if (isEvent(event, 'deleted')) {
    if (workload.deletedAt !== undefined) return;
    const gone = (await tx.pods(workload.id)).filter((pod) => pod.deletedAt === undefined);
    await tx.savePods(gone.map((pod) => ({ ...pod, deletedAt: time, updatedAt: time })));
    await tx.save(ended(workload, time));
  } else if (isEvent(event, 'phaseChanged')) {
    const { to, message } = event.data;
    if (!fits(workload, to)) return;
    if (workload.desiredPhase === 'Deleted' && to === workload.phase) return;
    const entry: HistoryEntry = {
      id: newId(),
      workloadId: workload.id,
      createdAt: time,
      kind: 'phase',
      phase: to,
      message,
    };
    const trouble = troubleOf(event, newId());
    await tx.append(trouble === undefined ? [entry] : [entry, trouble]);
  } else {
    const entry = eventOf(event, newId());
    if (entry !== undefined) await tx.append([entry]);
    const scaling = timelineEntryOf(event);
    if (scaling !== undefined) await tx.addToTimeline(scaling);
  }
}

/** Once deletion was requested, a late "Running" is ignored. */
const fits = (workload: WorkloadRecord, phase: Phase): boolean =>
  workload.desiredPhase !== 'Deleted' || ENDING.includes(phase);

function withPhase(
  workload: WorkloadRecord,
  phase: Phase,
  phaseMessage: string,
  time: string,
): WorkloadRecord {
  if (!fits(workload, phase)) return workload;
  const changed = workload.phase !== phase;
  const { completedAt, ...others } = workload;
  return {
    ...others,
    phase,
    phaseMessage,
    updatedAt: time,
    ...(changed ? { phaseUpdatedAt: time } : {}),
    // A workload that recovers has not been completed.
    ...(phase === 'Completed' || phase === 'Failed' ? { completedAt: completedAt ?? time } : {}),
  };
}

const ended = (workload: WorkloadRecord, time: string): WorkloadRecord => ({
  ...workload,
  deletedAt: time,
  updatedAt: time,
  desiredPhase: 'Deleted',
  completedAt: workload.completedAt ?? time,
  observed: {
    ...workload.observed,
    readyReplicas: 0,
    desiredReplicas: 0,
    allocatedMilliGpu: 0,
    allocatedGpuMiB: 0,
    nodePools: [],
    urls: [],
    exposedUrls: [],
  },
});

function withState(workload: WorkloadRecord, state: WorkloadState): WorkloadRecord {
  const observed: ObservedState = {
    sequence: state.sequence,
    desiredReplicas: state.desiredReplicas,
    readyReplicas: state.readyReplicas,
    conditions: state.conditions,
    ...maybe('exposedUrls', state.exposedUrls),
    urls: state.urls,
    ...allocated(state.pods),
  };
  const phased = withPhase(workload, state.phase, state.phaseMessage, state.phaseUpdatedAt);
  return { ...phased, observed, updatedAt: state.updatedAt };
}

/** Sum of the allocations of all existing pods. */
function allocated(pods: readonly PodState[]) {
  const living = pods.filter(({ phase }) => phase !== 'Succeeded' && phase !== 'Failed');
  const shares = living.flatMap((pod) => pod.allocation?.devices ?? []);
  const pools = living.flatMap((pod) =>
    pod.allocation?.nodePool === undefined ? [] : [pod.allocation.nodePool],
  );
  return {
    allocatedMilliGpu: shares.reduce((sum, share) => sum + share.milliGpu, 0),
    allocatedGpuMiB: shares.reduce((sum, share) => sum + share.memoryMiB, 0),
    nodePools: [...new Set(pools)].sort(),
  };
}

/** Pods of the state; pods that it no longer names are recorded as deleted. */
function podRecords(
  workload: WorkloadRecord,
  state: WorkloadState,
  known: readonly PodRecord[],
): readonly PodRecord[] {
  const present = new Set(state.pods.map(({ id }) => id));
  const now = state.updatedAt;
  return [
    ...state.pods.map((pod) => ({ workloadId: workload.id, state: pod, updatedAt: now })),
    ...known
      .filter((pod) => pod.deletedAt === undefined && !present.has(pod.state.id))
      .map((pod) => ({ ...pod, updatedAt: now, deletedAt: now })),
  ];
}
