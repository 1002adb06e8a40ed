import { isEvent, type Decoded, type EventAttributes, type WorkloadRef } from '@tessera/contracts-events';
import type { GpuAllocation } from '@tessera/contracts-kubernetes';
import type { Allocation, Evidence, Snapshot } from '@tessera/domain-usage';
import type { UsageWorkload } from './ports';

/** Statements about allocations in records of the events and the workloads topic. */
export interface UsageEvidence extends Evidence {
  readonly workloads: readonly UsageWorkload[];
}

/**
 * The evidence in the records. A release carries the whole interval of its pod and is enough by itself. A state names
 * every pod that holds a share, so that usage of lost events is found later all the same.
 */
export function evidenceOf(records: readonly Decoded[]): UsageEvidence {
  const named: Allocation[] = [];
  const snapshots: Snapshot[] = [];
  const workloads = new Map<string, UsageWorkload>();
  for (const record of records) {
    if (record.kind === 'tombstone') {
      snapshots.push(nothingHeld(record.attributes));
      continue;
    }
    const { event } = record;
    const { attributes } = event;
    const sequence = Number(attributes.sequence);
    if (isEvent(event, 'gpuAllocated') || isEvent(event, 'gpuReleased')) {
      const { podId, allocatedAt, allocation } = event.data;
      if (podId === undefined || allocatedAt === undefined) continue;
      const share = shareOf(event.data, podId, allocatedAt, allocation);
      if (isEvent(event, 'gpuAllocated')) named.push({ ...share, heldSequence: sequence });
      else {
        const at = Date.parse(event.data.releasedAt ?? attributes.time);
        named.push({ ...share, released: { sequence, at } });
      }
      workloads.set(event.data.workloadId, workloadOf(event.data));
    } else if (isEvent(event, 'state')) {
      const pods = event.data.pods.filter(({ allocation }) => (allocation?.devices.length ?? 0) > 0);
      for (const { id, createdAt, phase, phaseUpdatedAt, allocation } of pods) {
        if (allocation === undefined) continue;
        const share = shareOf(event.data, id, createdAt, allocation);
        if (hasEnded(phase)) named.push({ ...share, missed: { sequence, at: Date.parse(phaseUpdatedAt) } });
        else named.push({ ...share, heldSequence: sequence });
      }
      const holding = new Set(pods.map(({ id }) => id));
      const at = Date.parse(event.data.updatedAt);
      snapshots.push({ workloadId: event.data.workloadId, sequence, at, holding });
      if (pods.length > 0) workloads.set(event.data.workloadId, workloadOf(event.data));
    } else if (isEvent(event, 'deleted') && !isOfApi(attributes)) snapshots.push(nothingHeld(attributes));
  }
  return { named, snapshots, workloads: [...workloads.values()] };
}

const hasEnded = (phase: string): boolean => phase === 'Succeeded' || phase === 'Failed';

/** Sequences count per source; only those of schedulers report what pods hold. */
const isOfApi = ({ source }: EventAttributes): boolean => source === '/tessera/api';

const nothingHeld = ({ subject, sequence, time }: EventAttributes): Snapshot => ({
  workloadId: subject,
  sequence: Number(sequence),
  at: Date.parse(time),
  holding: new Set(),
});

function shareOf(
  { workloadId }: WorkloadRef,
  podId: string,
  since: string,
  { nodePool, gpuModel, devices }: GpuAllocation,
): Allocation {
  return {
    podId,
    workloadId,
    nodePool: nodePool ?? '',
    gpuType: gpuModel ?? '',
    migProfile: devices[0]?.mig?.profile ?? '',
    milliGpu: devices.reduce((sum, { milliGpu }) => sum + milliGpu, 0),
    startedAt: Date.parse(since),
    heldSequence: -1,
  };
}

const workloadOf = (ref: WorkloadRef): UsageWorkload => ({
  workloadId: ref.workloadId,
  name: ref.name,
  clusterId: ref.clusterId,
  projectId: ref.projectId,
  projectName: ref.projectName,
  departmentId: ref.departmentId,
  departmentName: ref.departmentName,
});
