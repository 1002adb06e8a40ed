import type { EventData, EventName } from './table';
import type { EventAttributes } from './envelope';

const AT = '2026-01-01T12:00:00.000Z';
const WORKLOAD = {
  workloadId: '5f4c6f0a-6a1e-4a51-9d0c-0f6a2f0c1b11',
  name: 'chat',
  clusterId: '71f69d83-ba66-4822-adf5-55ce55efd210',
  projectId: '1',
  projectName: 'project-1',
  departmentId: '2',
  departmentName: 'department-2',
  namespace: 'runai-project-1',
};
const REF = { ...WORKLOAD, generation: 1 };
const SHARE = {
  version: 1,
  node: 'a100-pool-a-1',
  nodePool: 'my-node-pool-a',
  gpuModel: 'NVIDIA-A100-SXM4-40GB',
  kind: 'portion',
  devices: [{ slot: 0, milliGpu: 500, memoryMiB: 19865 }],
} as const;
const POD = { replica: 0, podName: 'chat-u24twx-0' };
const HELD = { ...POD, podId: '3c1f8a52-77f0-4a52-8d0e-2f6f5f3b1c77', allocatedAt: AT };

/** Attributes of an event of the sample workload. */
export const SAMPLE_ATTRIBUTES: EventAttributes = {
  id: '0b4f6a52-5a3d-4a0b-8a38-6f0f5f3b1c01',
  source: '/tessera/scheduler/71f69d83-ba66-4822-adf5-55ce55efd210',
  subject: WORKLOAD.workloadId,
  time: AT,
  sequence: '00000000000000000007',
  clusterid: WORKLOAD.clusterId,
  projectid: WORKLOAD.projectId,
  workloadname: WORKLOAD.name,
};

/** One example of the data of every type, for the document and for tests. */
export const SAMPLES: { readonly [N in EventName]: EventData<N> } = {
  apply: {
    ...REF,
    createdBy: 'local',
    createdAt: AT,
    defaultNodePools: ['my-node-pool-a', 'default'],
    orgUnitVersions: { project: 3, department: 1 },
    spec: {
      image: 'model:1',
      compute: { gpuDevicesRequest: 1, gpuRequestType: 'portion', gpuPortionRequest: 0.5 },
      servingPort: { container: 8000 },
    },
  },
  remove: { ...REF, generation: 2 },
  orgUnit: {
    clusterId: WORKLOAD.clusterId,
    scope: 'project',
    id: '1',
    name: 'project-1',
    version: 3,
    removed: false,
    namespace: 'runai-project-1',
    deserved: [{ nodePool: 'my-node-pool-a', milliGpu: 4000 }],
  },
  created: { ...REF, createdBy: 'local' },
  updated: { ...REF, generation: 2, updatedBy: 'local' },
  deleted: { ...REF, generation: 3 },
  phaseChanged: {
    ...REF,
    from: 'Initializing',
    to: 'Running',
    reason: 'Ready',
    message: '',
    desiredReplicas: 1,
    readyReplicas: 1,
  },
  replicaScheduled: { ...REF, ...POD, node: SHARE.node, nodePool: SHARE.nodePool },
  replicaUnschedulable: {
    ...REF,
    replica: 0,
    message: '0/6 nodes: 5 are in other node pools, 1 lacks 0.6 GPU on one device',
    nodes: 6,
    rejected: [
      { code: 'NodePool', count: 5, detail: 'are in other node pools' },
      { code: 'GpuShare', count: 1, detail: 'lacks 0.6 GPU on one device' },
    ],
    nearestMiss: 'node a100-pool-a-1: 0.4 GPU free on one device, 0.6 asked',
    suggestions: ['end workload chat on node a100-pool-a-1 to make room'],
  },
  scaleDecided: {
    ...REF,
    from: 1,
    to: 3,
    reason: 'concurrency 22.4 at a target of 8 per replica',
    inputs: {
      rule: 'concurrency',
      metric: 'concurrency',
      target: 8,
      stable: 22.4,
      panic: 24.1,
      inPanic: true,
      requests: 23,
      readyReplicas: 1,
      wished: 3,
      minReplicas: 1,
      maxReplicas: 4,
      placed: 3,
    },
  },
  coldStart: {
    ...REF,
    ...POD,
    totalMs: 4200,
    stages: [
      { stage: 'held', durationMs: 4 },
      { stage: 'decided', durationMs: 1 },
      { stage: 'placed', durationMs: 12 },
      { stage: 'bound', durationMs: 33 },
      { stage: 'pulled', durationMs: 2450 },
      { stage: 'started', durationMs: 150 },
      { stage: 'ready', durationMs: 1500 },
      { stage: 'firstByte', durationMs: 50 },
    ],
  },
  gpuAllocated: { ...REF, ...HELD, allocation: { ...SHARE, devices: [...SHARE.devices] } },
  deviceOverfull: {
    ...REF,
    ...POD,
    message:
      'device 0 of a100-pool-a-1 is given away more than once: 1200 of 1000 thousandths; the youngest of its replicas is ended',
  },
  gpuReleased: {
    ...REF,
    ...HELD,
    releasedAt: '2026-01-01T14:30:00.000Z',
    allocation: { ...SHARE, devices: [...SHARE.devices] },
  },
  messageParked: {
    ...REF,
    parkedType: 'io.tessera.inference.replica-unschedulable.v1',
    parkedId: '7d3c9e0e-2b1f-4a53-9b52-0b1c52c1a7aa',
    topic: 'tessera.inference.events.v1',
    row: '4711',
    reason:
      '70112 bytes exceed the limit of the topic tessera.inference.events.v1: raise its max.message.bytes and release the row',
  },
  quotaExceeded: {
    ...REF,
    message: 'project 1 would use 1.2 of 1 deserved GPUs in node pool my-node-pool-a',
    nodePool: 'my-node-pool-a',
  },
  state: {
    ...WORKLOAD,
    observedGeneration: 1,
    sequence: 7,
    phase: 'Running',
    phaseMessage: '',
    phaseUpdatedAt: AT,
    desiredReplicas: 1,
    readyReplicas: 1,
    conditions: [
      {
        type: 'Ready',
        status: 'True',
        reason: 'Ready',
        message: '',
        observedGeneration: 1,
        lastTransitionTime: AT,
      },
    ],
    pods: [],
    urls: ['http://127.0.0.1:8081/project-1/chat/'],
    updatedAt: AT,
  },
  usageReported: {
    workloadId: WORKLOAD.workloadId,
    clusterId: WORKLOAD.clusterId,
    projectId: WORKLOAD.projectId,
    minute: AT,
    keyId: 'key-1',
    model: 'chat',
    requests: 12,
    inputTokens: 8400,
    cachedTokens: 6100,
    outputTokens: 2950,
  },
};
