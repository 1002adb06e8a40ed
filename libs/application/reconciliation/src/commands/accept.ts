import type { ApplyCommand, RemoveCommand, WorkloadRef, WorkloadState } from '@tessera/contracts-events';
import { maybe } from '@tessera/kernel';
import type { UnnumberedEvent } from '../status/event';
import { report, type Reporter } from '../status/events';
import type { AcceptedWorkload, WorkloadTrace } from '../model/workload';
import type { DecideChange, WorkloadWrite } from '../ports';
import { revisionsAfter } from './pod-source';

/**
 * Accepts a desired state. A generation that is not newer than the known one changes nothing, nor does a command for a
 * workload that is being deleted. Commands may therefore arrive twice, late or out of order. A new workload waits for
 * its resources in phase Pending.
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

/** The row of a workload after its newest command; keeps what has been reported. */
export function accepted(
  {
    generation,
    createdBy,
    createdAt,
    defaultNodePools,
    spec,
    references,
    orgUnitVersions,
    ...ref
  }: ApplyCommand,
  now: string,
  current?: AcceptedWorkload,
): AcceptedWorkload {
  const {
    references: _before,
    revision: _revision,
    earlier: _earlier,
    ...reported
  } = current ?? {
    sequence: 0,
    state: unseen(ref, generation, now),
    references: undefined,
    revision: undefined,
    earlier: undefined,
  };
  const next = { spec, defaultNodePools, references };
  return {
    ...reported,
    ...(current === undefined ? {} : revisionsAfter(current, next)),
    ref: refOf(ref),
    generation,
    createdBy,
    createdAt,
    defaultNodePools,
    spec,
    ...maybe('references', references),
    ...maybe('orgUnitVersions', orgUnitVersions),
    removed: false,
    deleted: false,
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
 * Accepts the deletion of a workload. The row is stored even if the workload was never seen, so that an earlier command
 * that arrives later cannot create it.
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
      deleted: false,
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

/** Completes the deletion after the last pod has gone: reports `deleted` and ends the state with a tombstone. */
export function finish(
  workload: AcceptedWorkload,
  released: readonly UnnumberedEvent[],
  next: WorkloadState,
  reporter: Reporter,
): WorkloadWrite {
  const deleted: UnnumberedEvent = {
    name: 'deleted',
    data: { ...workload.ref, generation: workload.generation },
  };
  return report({ ...workload, deleted: true }, next, [...released, deleted], reporter);
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
