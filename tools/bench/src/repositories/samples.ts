import { randomUUID } from 'node:crypto';
import { LOCAL } from '@tessera/adapter-postgres';
import type { Creation, WorkloadRecord } from '@tessera/application-control-plane';
import type { OutgoingRecord } from '@tessera/application-messaging';
import { SAMPLES, type TesseraEvent } from '@tessera/contracts-events';

const NOW = '2026-01-01T00:00:00.000Z';
const SPEC = SAMPLES.apply.spec;

function workloadOf(id: string): WorkloadRecord {
  return {
    id,
    name: `model-${id}`,
    requestedName: `model-${id}`,
    project: {
      ...{ tenantId: LOCAL.tenantId, id: LOCAL.projectId, name: 'project-1', namespace: LOCAL.namespace },
      ...{ departmentId: LOCAL.departmentId, departmentName: 'department-2', clusterId: LOCAL.clusterId },
      defaultNodePools: LOCAL.nodePools,
    },
    createdBy: 'bench',
    createdAt: NOW,
    updatedAt: NOW,
    generation: 1,
    desiredPhase: 'Running',
    phase: 'Creating',
    phaseMessage: '',
    phaseUpdatedAt: NOW,
    spec: SPEC,
    effectiveSpec: SPEC,
    summary: {
      ...{ images: ['model:1'], requestedNodePools: ['default'], priorityClassName: 'inference' },
      ...{ requestedPods: { number: 1, min: 1, max: 1 }, preemptible: false },
      ...{ podRequest: { gpu: 1 }, workloadRequest: { gpu: 1 } },
    },
    observed: {
      ...{ sequence: 0, desiredReplicas: 1, readyReplicas: 0, conditions: [], urls: [] },
      ...{ allocatedMilliGpu: 0, allocatedGpuMiB: 0, nodePools: [] },
    },
    sequence: 1,
  };
}

/** A creation with the rows that a usual one has: two entries of the history and two records. */
export function creationOf(): Creation {
  const id = randomUUID();
  const entry = { workloadId: id, createdAt: NOW, kind: 'phase', phase: 'Creating', message: '' } as const;
  return {
    workload: workloadOf(id),
    history: [
      { ...entry, id: randomUUID() },
      { ...entry, id: randomUUID() },
    ],
    records: recordsOf(2, id),
    audit: {
      ...{ at: NOW, operation: 'create', target: id, status: 202 },
      caller: { subjectId: 'bench', name: 'bench', address: '127.0.0.1', requestId: id },
    },
    addresses: [],
  };
}

/** Records of a kilobyte; without a key each has its own. */
export const recordsOf = (count: number, key?: string): OutgoingRecord[] =>
  Array.from({ length: count }, () => ({
    topic: 'bench.records.v1',
    key: key ?? randomUUID(),
    headers: { ce_type: 'bench', ce_id: randomUUID() },
    value: 'x'.repeat(1_024),
  }));

/** An event about a workload of its own. */
export const eventOf = (): TesseraEvent => ({
  name: 'replicaScheduled',
  attributes: {
    ...{ id: randomUUID(), source: '/bench', subject: randomUUID(), time: NOW, sequence: '1' },
    ...{ clusterid: LOCAL.clusterId, projectid: LOCAL.projectId, workloadname: 'bench' },
  },
  data: SAMPLES.replicaScheduled,
});
