import { quotaMessage } from '@tessera/domain-placement';
import type { OutgoingRecord } from '@tessera/application-messaging';
import {
  encodeEvent,
  encodeTombstone,
  type EventAttributes,
  EVENTS,
  formatSequence,
  type PodState,
  type WorkloadState,
} from '@tessera/contracts-events';
import { maybe } from '@tessera/kernel';
import { DEVICE_OVERFULL } from '../gpu-sharing/overfull-devices';
import type { AcceptedWorkload } from '../model/workload';
import type { WorkloadWrite } from '../ports';
import type { EventBase, UnnumberedEvent } from './event';
import type { Observation } from './observation';
import { coldStarts, scaleDecided } from './scaling-events';

/** Where events go, and their source. */
export interface Reporter {
  readonly source: string;
  readonly topics: { readonly events: string; readonly workloads: string };
  readonly newId: () => string;
}

/**
 * The events between two states: number of replicas, phase, replicas placed, shares allocated and released, and why
 * something waits.
 */
export function eventsBetween(
  workload: AcceptedWorkload,
  next: WorkloadState,
  seen: Observation,
): readonly UnnumberedEvent[] {
  const previous = workload.state;
  const base = { ...workload.ref, generation: workload.generation };
  const events: UnnumberedEvent[] = [];
  const before = new Map(previous.pods.map((pod) => [pod.id, pod]));
  const after = new Map(next.pods.map((pod) => [pod.id, pod]));
  events.push(...scaleDecided(base, previous, next, seen));
  for (const pod of next.pods)
    if (!before.has(pod.id)) {
      events.push(...scheduled(base, pod));
      // It ended before it was first reported.
      if (!holds(pod)) events.push(...released(base, pod, pod.phaseUpdatedAt));
    }
  for (const pod of previous.pods) {
    const now = after.get(pod.id);
    if (holds(pod) && !holds(now))
      events.push(...released(base, pod, now === undefined ? next.updatedAt : now.phaseUpdatedAt));
  }
  for (const pod of next.pods)
    if (pod.reason === DEVICE_OVERFULL && before.get(pod.id)?.reason !== DEVICE_OVERFULL)
      events.push(overfull(base, pod));
  events.push(...unschedulable(base, previous, seen), ...coldStarts(base, previous, next, seen));
  if (next.phase !== previous.phase || next.phaseMessage !== previous.phaseMessage) {
    const reason = next.conditions.find((condition) => condition.type === 'Ready')?.reason ?? next.phase;
    const { desiredReplicas, readyReplicas } = next;
    events.push({
      name: 'phaseChanged',
      data: {
        ...base,
        from: previous.phase,
        to: next.phase,
        reason,
        message: next.phaseMessage,
        desiredReplicas,
        readyReplicas,
      },
    });
  }
  return events;
}

const holds = (pod: PodState | undefined): boolean =>
  pod !== undefined && pod.phase !== 'Succeeded' && pod.phase !== 'Failed';

function scheduled(base: EventBase, pod: PodState): UnnumberedEvent[] {
  const { replica, name: podName, nodeName, allocation } = pod;
  if (nodeName === undefined) return [];
  const pool = allocation?.nodePool;
  const events: UnnumberedEvent[] = [
    {
      name: 'replicaScheduled',
      data: { ...base, replica, podName, node: nodeName, ...maybe('nodePool', pool) },
    },
  ];
  if (allocation !== undefined && allocation.devices.length > 0)
    events.push({
      name: 'gpuAllocated',
      data: { ...base, replica, podName, ...held(pod), allocation },
    });
  return events;
}

/**
 * A pod that has ended released its share at its end; one that has disappeared held it until its absence was noticed.
 */
function released(base: EventBase, pod: PodState, releasedAt: string): UnnumberedEvent[] {
  const { replica, name: podName, allocation } = pod;
  if (allocation === undefined || allocation.devices.length === 0) return [];
  const data = { ...base, replica, podName, ...held(pod), releasedAt, allocation };
  return [{ name: 'gpuReleased', data }];
}

/** Which pod holds a share, and since when: both events carry it, so that each is complete on its own. */
const held = ({ id: podId, createdAt: allocatedAt }: PodState) => ({ podId, allocatedAt });

function overfull(base: EventBase, { replica, name, message = '' }: PodState): UnnumberedEvent {
  return { name: 'deviceOverfull', data: { ...base, replica, podName: name, message } };
}

function unschedulable(base: EventBase, previous: WorkloadState, seen: Observation): UnnumberedEvent[] {
  if (seen.unschedulable === undefined) return [];
  const { ordinal, verdict } = seen.unschedulable;
  const known = previous.conditions.find((condition) => condition.type === 'PodScheduled');
  if (known?.status === 'False' && known.message === verdict.message) return [];
  const rejected = verdict.rejected.map(({ code, count, detail }) => ({ code, count, detail }));
  const { message, nodes, nearestMiss, suggestions } = verdict;
  const data = {
    ...base,
    replica: ordinal,
    message,
    nodes,
    rejected,
    suggestions: [...suggestions],
    ...maybe('nearestMiss', nearestMiss),
  };
  const events: UnnumberedEvent[] = [{ name: 'replicaUnschedulable', data }];
  const quota = quotaMessage(verdict);
  if (quota !== undefined) events.push({ name: 'quotaExceeded', data: { ...base, message: quota } });
  return events;
}

/**
 * Numbers the events, adds the new state for the compacted topic (or its tombstone once the workload is gone) and
 * returns the row and the records to be stored together.
 */
export function report(
  workload: AcceptedWorkload,
  next: WorkloadState,
  events: readonly UnnumberedEvent[],
  reporter: Reporter,
): WorkloadWrite {
  let sequence = workload.sequence;
  const attributes = (): EventAttributes => attributesOf(workload, reporter, (sequence += 1), next.updatedAt);
  const records: OutgoingRecord[] = events.map(({ name, data }) => ({
    topic: reporter.topics[EVENTS[name].topic === 'workloads' ? 'workloads' : 'events'],
    ...encodeEvent({ name, attributes: attributes(), data }),
  }));
  const last = attributes();
  const state = { ...next, sequence };
  const latest = workload.deleted
    ? encodeTombstone(last)
    : encodeEvent({ name: 'state', attributes: last, data: state });
  records.push({ topic: reporter.topics.workloads, ...latest });
  return { workload: { ...workload, sequence, state }, records };
}

/** The attributes of an event with this number. */
export function attributesOf(
  { ref, trace }: AcceptedWorkload,
  reporter: Reporter,
  sequence: number,
  time: string,
): EventAttributes {
  return {
    id: reporter.newId(),
    source: reporter.source,
    subject: ref.workloadId,
    time,
    sequence: formatSequence(sequence),
    clusterid: ref.clusterId,
    projectid: ref.projectId,
    workloadname: ref.name,
    ...(trace === undefined ? {} : { traceparent: trace.command }),
  };
}
