import type { ClusterNode } from '@tessera/domain-placement';
import { toIntent } from '@tessera/domain-workload';
import { applyCommand, gpuNode } from '@tessera/testing-builders';
import { accepted } from '../commands/accept';
import type { ClaimState } from '../model/cluster';
import { replicaName } from '../model/names';
import type { ReplicaPod } from '../model/replica';
import { placing } from '../placement/placing';
import { clusterSnapshot } from '../placement/snapshot';
import { ObservedTasks } from '../placement/task-history';
import { strandedBy } from '../placement/volume-reach';
import { replicaPod } from '../testing/replica-pod';
import { planReplicas } from './rollout-plan';

const command = applyCommand(1, 0.5, 2);
const TARGET = { workload: accepted(command, command.createdAt), intent: toIntent(command.spec).intent };
const { ref } = TARGET.workload;
const CLAIM: ClaimState = {
  name: 'data',
  field: 'spec.storage.pvc',
  made: true,
  phase: 'Bound',
  volume: 'pv-1',
};
const ONE_NODE: ClaimState = { ...CLAIM, accessModes: ['ReadWriteOnce'] };
const ONE_POD: ClaimState = { ...CLAIM, accessModes: ['ReadWriteOncePod'] };
const SHARED: ClaimState = { ...CLAIM, accessModes: ['ReadWriteOnce', 'ReadWriteMany'] };
const zone = (name: string): NonNullable<ClaimState['terms']> => [
  { expressions: [{ key: 'zone', operator: 'In', values: [name] }] },
];

/** A node with `gpus` devices in a zone of its own name. */
const node = (name: string, gpus: number, change: Partial<ClusterNode> = {}): ClusterNode =>
  gpuNode(name, gpus, { labels: { zone: name }, ...change });

/** `<generation>/<ordinal> <node>`: a ready replica that holds half a device; `x` where it ends, `-` where it starts. */
function podOf(text: string): ReplicaPod {
  const [, generation, ordinal, nodeName = '', state] = /^(\d)\/(\d) (\w)([-x]?)$/.exec(text) ?? [];
  const name = replicaName(
    { id: ref.workloadId, name: ref.name, generation: Number(generation) },
    Number(ordinal),
  );
  return replicaPod({
    uid: text,
    name,
    generation: Number(generation),
    ordinal: Number(ordinal),
    nodeName,
    workloadId: ref.workloadId,
    ready: state === '',
    ...(state === '-' ? {} : { startedAt: '2026-01-01T00:00:00.000Z' }),
    terminating: state === 'x',
    claims: ['data'],
    allocation: {
      version: 1,
      node: nodeName,
      kind: 'portion',
      devices: [{ slot: 0, milliGpu: 500, memoryMiB: 19_000 }],
    },
  });
}

interface Case {
  readonly name: string;
  readonly claim: ClaimState;
  readonly nodes: readonly ClusterNode[];
  readonly pods?: readonly string[];
  readonly wanted?: number;
  /** Pods of others, or of other workloads, that mount the claim. */
  readonly users?: ClaimState['users'];
  readonly created: readonly string[];
  readonly removed?: readonly string[];
  readonly says?: string;
}

const CASES: readonly Case[] = [
  {
    name: 'a bound volume is followed to its zone',
    claim: { ...SHARED, terms: zone('b') },
    nodes: [node('a', 1), node('b', 1)],
    created: ['b'],
  },
  {
    name: 'a bound volume that no node reaches is named with its claim',
    claim: { ...SHARED, terms: zone('c') },
    nodes: [node('a', 1)],
    created: [],
    says: '0/1 nodes: 1 cannot mount the volume "pv-1" of the claim "data"',
  },
  {
    name: 'an update stays on the node that holds the volume',
    claim: ONE_NODE,
    nodes: [node('a', 1), node('b', 4)],
    pods: ['1/0 a'],
    created: ['a'],
  },
  {
    name: 'an update ends the old replica first where its node is full, although another is free',
    claim: ONE_NODE,
    nodes: [node('a', 1, { pods: 1 }), node('b', 4)],
    pods: ['1/0 a'],
    created: [],
    removed: ['1/0 a'],
  },
  {
    name: 'an update ends the old replica first where its node takes nothing new',
    claim: ONE_NODE,
    nodes: [node('a', 1, { unschedulable: true }), node('b', 1)],
    pods: ['1/0 a'],
    created: [],
    removed: ['1/0 a'],
    says: '0/2 nodes: 1 is cordoned or not ready, 1 cannot mount the claim "data", which allows one node (ReadWriteOnce) and is in use on a',
  },
  {
    name: 'an update of two replicas ends one after the other where their node takes nothing new',
    claim: ONE_NODE,
    nodes: [node('a', 1, { unschedulable: true }), node('b', 1)],
    pods: ['1/0 a', '1/1 a'],
    wanted: 2,
    created: [],
    removed: ['1/1 a'],
  },
  {
    name: 'nothing comes before the old replica has let go of the volume',
    claim: ONE_NODE,
    nodes: [node('a', 1, { unschedulable: true }), node('b', 1)],
    pods: ['1/0 ax'],
    created: [],
  },
  {
    name: 'a volume for one pod is left first, on the same node too',
    claim: ONE_POD,
    nodes: [node('a', 4)],
    pods: ['1/0 a'],
    created: [],
    removed: ['1/0 a'],
  },
  {
    name: 'a volume for one pod has no second one',
    claim: ONE_POD,
    nodes: [node('a', 4)],
    wanted: 2,
    created: ['a'],
    says: '0/1 nodes: 1 cannot mount the claim "data", which allows one pod (ReadWriteOncePod) and is in use by NAME',
  },
  {
    name: 'two replicas with a volume for one node are together',
    claim: ONE_NODE,
    nodes: [node('a', 1), node('b', 1)],
    wanted: 2,
    created: ['a', 'a'],
  },
  {
    name: 'a third that does not fit there is impossible elsewhere',
    claim: ONE_NODE,
    nodes: [node('a', 1), node('b', 1)],
    wanted: 3,
    created: ['a', 'a'],
    says: '0/2 nodes: 1 cannot mount the claim "data", which allows one node (ReadWriteOnce) and is in use on a, 1 lacks 0.5 GPU on one device',
  },
  {
    name: 'a volume in use by another pod keeps its node',
    claim: ONE_NODE,
    nodes: [node('a', 4), node('b', 1)],
    users: [{ pod: 'backup', node: 'b' }],
    created: ['b'],
  },
  {
    name: 'a volume that several nodes may mount keeps nothing',
    claim: SHARED,
    nodes: [node('a', 1), node('b', 1)],
    wanted: 3,
    created: ['a', 'a', 'b'],
  },
  {
    name: 'a replica that waits on a node which its volume does not reach is placed again',
    claim: { ...ONE_NODE, terms: zone('b') },
    nodes: [node('a', 1), node('b', 1)],
    pods: ['2/0 a-'],
    created: [],
    removed: ['2/0 a-'],
  },
];

it.each(CASES)(
  '$name',
  ({ claim, nodes, pods: described = [], wanted = 1, users = [], created, removed = [], says }) => {
    const pods = described.map(podOf);
    const ours = pods.map(({ name: pod, nodeName = '' }) => ({ pod, node: nodeName }));
    const claims = [{ ...claim, users: [...ours, ...users] }];
    const snapshot = clusterSnapshot(nodes, (name) => pods.filter(({ nodeName }) => nodeName === name), []);
    const place = placing({ policy: 'best-fit', tasks: new ObservedTasks({ now: () => 0 }) })(snapshot);
    const isStranded = strandedBy(claims, () => nodes);
    const plan = planReplicas(TARGET, wanted, pods, place, { claims, isStranded });
    expect(plan.create.map(({ placement }) => placement.node)).toEqual(created);
    expect(plan.remove.map(({ uid }) => uid)).toEqual(removed);
    if (says !== undefined)
      expect(plan.unschedulable?.verdict.message).toBe(says.replace('NAME', plan.create[0]?.name ?? ''));
  },
);
