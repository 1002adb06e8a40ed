import type { ApplyCommand, RemoveCommand, WorkloadRef, WorkloadState } from '@tessera/contracts-events';
import type { WorkloadEvent } from '../status/event';
import { report, type Reporter } from '../status/events';
import type { AcceptedWorkload, WorkloadTrace } from '../model/workload';
import type { DecideChange } from '../ports';

/**
 * Takes a desired state. An older or equal generation than the one known, and a workload that is being removed, change
 * nothing, so a command may come twice, late or out of order. A new workload waits for its resources: phase Pending.
 */
export const acceptApply =
  (command: ApplyCommand, now: string, reporter: Reporter, trace?: WorkloadTrace): DecideChange =>
  (current) => {
    if (current !== undefined && (current.removed || current.generation >= command.generation))
      return undefined;
    const { generation } = command;
    const workload = inTrace(accepted(command, now, current), trace);
    if (current !== undefined) return { workload, records: [] };
    const next: WorkloadState = { ...workload.state, phase: 'Pending' };
    const data = {
      ...refOf(command),
      generation,
      from: 'Creating',
      to: 'Pending',
      reason: 'Accepted',
      message: '',
      desiredReplicas: 0,
      readyReplicas: 0,
    } as const;
    return report(workload, next, [{ name: 'phaseChanged', data }], reporter);
  };

/** The row of a workload by its newest command; what was told of it before is kept. */
export function accepted(
  { generation, createdBy, createdAt, defaultNodePools, spec, references, ...ref }: ApplyCommand,
  now: string,
  current?: AcceptedWorkload,
): AcceptedWorkload {
  const { references: _before, ...kept } = current ?? { sequence: 0, state: unseen(ref, generation, now) };
  return {
    ...kept,
    ref: refOf(ref),
    generation,
    createdBy,
    createdAt,
    defaultNodePools,
    spec,
    ...(references === undefined ? {} : { references }),
    removed: false,
    gone: false,
  };
}

/** A new generation belongs to the trace of its own call, or to none. */
function inTrace(
  { trace: _before, ...workload }: AcceptedWorkload,
  trace: WorkloadTrace | undefined,
): AcceptedWorkload {
  return trace === undefined ? workload : { ...workload, trace };
}

/**
 * Takes the wish that a workload disappears. It is remembered even when the workload was never seen, so that an earlier
 * command that arrives later cannot bring it to life.
 */
export const acceptRemove =
  (command: RemoveCommand, now: string, trace?: WorkloadTrace): DecideChange =>
  (current) => {
    if (current?.removed === true) return undefined;
    const unknown: Omit<AcceptedWorkload, 'ref' | 'generation' | 'removed'> = {
      createdBy: '',
      createdAt: now,
      defaultNodePools: [],
      spec: {},
      gone: false,
      sequence: 0,
      state: unseen(command, command.generation, now),
    };
    return {
      workload: inTrace(
        {
          ...unknown,
          ...current,
          ref: refOf(command),
          generation: Math.max(command.generation, current?.generation ?? 0),
          removed: true,
        },
        trace,
      ),
      records: [],
    };
  };

/** The end: the last pod is gone. Tells `deleted` and ends the state with a tombstone. */
export function finish(
  workload: AcceptedWorkload,
  released: readonly WorkloadEvent[],
  next: WorkloadState,
  reporter: Reporter,
) {
  const deleted: WorkloadEvent = {
    name: 'deleted',
    data: { ...workload.ref, generation: workload.generation },
  };
  return report({ ...workload, gone: true }, next, [...released, deleted], reporter);
}

function refOf(command: WorkloadRef): WorkloadRef {
  const { workloadId, name, clusterId, projectId, projectName, departmentId, departmentName, namespace } =
    command;
  return { workloadId, name, clusterId, projectId, projectName, departmentId, departmentName, namespace };
}

const unseen = (ref: WorkloadRef, generation: number, now: string): WorkloadState => ({
  ...refOf(ref),
  observedGeneration: generation,
  sequence: 0,
  phase: 'Creating',
  phaseMessage: '',
  phaseUpdatedAt: now,
  desiredReplicas: 0,
  readyReplicas: 0,
  conditions: [],
  pods: [],
  urls: [],
  updatedAt: now,
});
