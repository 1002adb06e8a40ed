import type { ClusterView, NodeState, ReplicaPod } from '@tessera/application-reconciliation';
import type { ClusterNode } from '@tessera/domain-placement';
import type { Logger } from '@tessera/platform-logging';
import { toClusterNode, type NodeLabelKeys } from './cluster-node';
import type { KubernetesConnection } from './connection';
import { Informer, keyOf, type Change } from './informer';
import { toReplicaPod } from './replica-pod';
import type { NodeWire, PodWire } from './wire';

export interface ClusterViewListener {
  /** A pod of this workload came, changed or went. */
  readonly onWorkload: (workloadId: string) => void;
  /** Nodes or shares may have become free. */
  readonly onCapacity: () => void;
}

/** The cluster by informers over nodes and pods, indexed by workload and node. */
export class InformedClusterView implements ClusterView {
  private readonly nodeInformer: Informer<NodeWire>;
  private readonly podInformer: Informer<PodWire>;
  private readonly replicasByKey = new Map<string, ReplicaPod>();
  private readonly keysByWorkload = new Map<string, Set<string>>();
  private readonly foreign = new Map<string, PodWire>();

  constructor(
    connection: KubernetesConnection,
    logger: Logger,
    private readonly keys: NodeLabelKeys,
    private readonly listener: ClusterViewListener,
  ) {
    this.nodeInformer = new Informer<NodeWire>({ connection, path: '/api/v1/nodes', logger });
    this.podInformer = new Informer<PodWire>({ connection, path: '/api/v1/pods', logger });
    this.nodeInformer.onChange(() => listener.onCapacity());
    this.podInformer.onChange((change) => this.takePod(change));
  }

  /** Resolves once both caches are filled. */
  async start(): Promise<void> {
    await Promise.all([this.nodeInformer.start(), this.podInformer.start()]);
  }

  async stop(): Promise<void> {
    await Promise.all([this.nodeInformer.stop(), this.podInformer.stop()]);
  }

  /** Why decisions would be made blindly; undefined when the caches are filled. */
  notReady(): string | undefined {
    return this.nodeInformer.synced && this.podInformer.synced
      ? undefined
      : 'the first list of nodes and pods is not in';
  }

  /** Takes the API server's answer to our own write at once, ahead of the watch. */
  observePod(pod: PodWire): void {
    this.podInformer.observe(pod);
  }

  nodes(): readonly ClusterNode[] {
    const foreignByNode = new Map<string, PodWire[]>();
    for (const pod of this.foreign.values()) {
      const node = pod.spec.nodeName ?? '';
      foreignByNode.set(node, [...(foreignByNode.get(node) ?? []), pod]);
    }
    return [...this.nodeInformer.list()].map((node) =>
      toClusterNode(node, foreignByNode.get(node.metadata.name) ?? [], this.keys),
    );
  }

  nodeStates(): readonly NodeState[] {
    return [...this.nodeInformer.list()].map(({ metadata, status }) => ({
      name: metadata.name,
      uid: metadata.uid,
      createdAt: metadata.creationTimestamp,
      conditions: (status?.conditions ?? []).map(
        ({ type, status: value, reason, message, lastTransitionTime }) => ({
          type,
          status: value,
          reason: reason ?? '',
          message: message ?? '',
          lastTransitionTime: lastTransitionTime ?? metadata.creationTimestamp,
        }),
      ),
    }));
  }

  replicas(): Iterable<ReplicaPod> {
    return this.replicasByKey.values();
  }

  replicasOf(workloadId: string): readonly ReplicaPod[] {
    return [...(this.keysByWorkload.get(workloadId) ?? [])].flatMap(
      (key) => this.replicasByKey.get(key) ?? [],
    );
  }

  private takePod({ type, object }: Change<PodWire>): void {
    const key = keyOf(object);
    const replica = toReplicaPod(object);
    if (replica === undefined) return this.takeForeign(type, key, object);
    const keys = this.keysByWorkload.get(replica.workloadId) ?? new Set();
    if (type === 'deleted') {
      this.replicasByKey.delete(key);
      keys.delete(key);
    } else {
      this.replicasByKey.set(key, replica);
      keys.add(key);
    }
    if (keys.size === 0) this.keysByWorkload.delete(replica.workloadId);
    else this.keysByWorkload.set(replica.workloadId, keys);
    this.listener.onWorkload(replica.workloadId);
    if (type === 'deleted' || replica.phase === 'Failed' || replica.phase === 'Succeeded')
      this.listener.onCapacity();
  }

  private takeForeign(type: Change<PodWire>['type'], key: string, pod: PodWire): void {
    const holds =
      type !== 'deleted' &&
      pod.spec.nodeName !== undefined &&
      pod.status?.phase !== 'Failed' &&
      pod.status?.phase !== 'Succeeded';
    if (holds) this.foreign.set(key, pod);
    else if (this.foreign.delete(key)) this.listener.onCapacity();
  }
}
